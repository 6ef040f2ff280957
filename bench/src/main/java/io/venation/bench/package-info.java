/**
 * Measures: kernels beside their peers under JMH, and whole commands beside the tools they are compared with. Every figure
 * comes with its spread; nothing else in the project depends on this code.
 */
package io.venation.bench;

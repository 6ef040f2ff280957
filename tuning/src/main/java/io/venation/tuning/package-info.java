/** Facts about the host and arithmetic about channels; knows neither kernels nor frames. */
package io.venation.tuning;

/**
 * The C kernels: the one class that declares them and the one that loads them.
 *
 * <p>Everything here takes raw addresses and returns codes; nothing is checked but what C itself must know. The checks
 * live in {@code io.venation.hashing}, the only caller.
 */
package io.venation.nativehash;

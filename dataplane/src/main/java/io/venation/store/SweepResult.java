package io.venation.store;

/**
 * What a sweep has done.
 *
 * @param kept    frames that a root reaches.
 * @param freed   frames that were collected.
 * @param missing addresses that kept frames refer to and the store has not.
 */
public record SweepResult(long kept, long freed, long missing) {}

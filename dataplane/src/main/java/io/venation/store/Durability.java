package io.venation.store;

/** When what was put survives a loss of power. Whatever is chosen, a process that dies loses nothing. */
public enum Durability {
    /** At {@link MappedFrameStore#close} and where somebody calls {@link MappedFrameStore#force}. */
    ASYNC,
    /** Within the interval of a {@link GroupCommit}, which somebody drives; callers wait for their position. */
    GROUP,
    /** Before each call returns. */
    SYNC
}

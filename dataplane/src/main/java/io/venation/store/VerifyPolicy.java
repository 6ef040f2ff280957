package io.venation.store;

/** Whether {@link FrameSource#get} of a store hashes the frame before it hands it out. */
public enum VerifyPolicy {
    /** Every time: for frames that leave the process. */
    ALWAYS,
    /** Never: a view costs a look-up; bit rot is found by {@link Scrub}. */
    NEVER
}

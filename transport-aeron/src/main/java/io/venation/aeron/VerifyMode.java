package io.venation.aeron;

/** When the frames of a subscription are verified. Whatever is no sealed frame by its length is rejected in each mode. */
public enum VerifyMode {
    /** Before they are handed out, in runs, where they lie: only frames that are good are delivered. */
    EAGER,
    /**
     * Later, by the caller, who copies the sealed frame ({@link FrameView#sealedAddress()}, 12,448 bytes) and gives the
     * copy to a {@code FrameVerifier} of its own. Until then frame and receipt are what a stranger claims.
     */
    DEFERRED,
    /** Never. Frame and receipt are what a stranger claims, and AeronStat says so. For measuring. */
    OFF_UNVERIFIED
}

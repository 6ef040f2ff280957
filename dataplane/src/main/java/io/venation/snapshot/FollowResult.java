package io.venation.snapshot;

/**
 * What following has done so far.
 *
 * @param frames   fetched, shared and rejected, of puts and of roots; {@code missing} and {@code malformed} below roots that
 *                 are owed or were.
 * @param pins     roots pinned here.
 * @param unpins   roots let go of here.
 * @param restarts times that the log did not go on where it was followed to.
 * @param owed     roots that are not complete yet.
 * @param sequence of the other's log up to which it was followed.
 * @param end      sequence up to which the log is shown.
 */
public record FollowResult(
        FetchResult frames, long pins, long unpins, long restarts, long owed, long sequence, long end) {}

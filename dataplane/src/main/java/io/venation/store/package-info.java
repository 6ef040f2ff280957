/**
 * Frames kept once each and found by what they are.
 *
 * <pre>
 *   FrameSource ◄── FrameStore ◄── MemoryFrameStore
 *        ▲               ▲
 *   StoreView ◄── MappedFrameStore ──► Segments (frames, keys, receipts)   opened by Recovery
 *        ▲               │    └──────► AddressIndex (address ► slot)       shown to readers by Control
 *   StoreReader          └───────────► Journal (what was put, in order)    closed with a Checkpoint
 *        └─► StoreLog ◄───────────────────┘  followed from a LogPosition on
 * </pre>
 *
 * <p>A content address is 32 bytes of memory (BLAKE3 or SHA3-256 of the frame); methods take the absolute address of
 * those bytes and call it {@code key}, because "address of an address" reads badly.
 */
package io.venation.store;

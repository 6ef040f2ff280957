/**
 * Receipts: what was sealed, in 128 bytes, and the chain over them.
 *
 * <pre>
 *   lattice frame ──► R96 digest ─────┐
 *                 └─► content address ┴─► receipt ──SHA3──► receipt id ──SHA3──► chain head c_k
 *                                                                    c_{k−1} ──────┘
 *   hot:  ReceiptFlyweight over an address      cold:  Receipt, Digest (records)
 *   Suite: which R96 rule and which address hash, one byte
 * </pre>
 *
 * <p>Definitions and vectors: lattice model §6, §7. In-flight witness heads are zero; both ends compute the chain from
 * the ids. Sequence counts frames of a transfer or stream from 0; c_k covers k receipts, the last with sequence k − 1.
 */
package io.venation.receipt;

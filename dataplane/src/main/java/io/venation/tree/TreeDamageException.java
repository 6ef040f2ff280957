package io.venation.tree;

import io.venation.receipt.Digest;

/** A tree cannot be read on: a node is missing, or is none. What was read of it before stands. */
public final class TreeDamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Digest address;
    private final TreeFault fault;

    TreeDamageException(final TreeFault fault, final Digest address) {
        super("tree node address=" + address + " fault=" + fault);
        this.fault = fault;
        this.address = address;
    }

    /**
     * What is wrong.
     *
     * @return the fault.
     */
    public TreeFault fault() {
        return fault;
    }

    /**
     * Which node.
     *
     * @return its content address.
     */
    public Digest address() {
        return address;
    }
}

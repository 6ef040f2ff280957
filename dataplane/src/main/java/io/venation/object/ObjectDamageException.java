package io.venation.object;

import io.venation.receipt.Digest;

/** An object cannot be read on: a frame is missing, or is not what it must be. What was read before stands. */
public final class ObjectDamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ObjectFault fault;
    private final transient Digest address;

    ObjectDamageException(final ObjectFault fault, final Digest address) {
        super("frame " + address + ": " + fault.sentence());
        this.fault = fault;
        this.address = address;
    }

    /**
     * What is wrong.
     *
     * @return the fault.
     */
    public ObjectFault fault() {
        return fault;
    }

    /**
     * Which frame.
     *
     * @return its content address.
     */
    public Digest address() {
        return address;
    }
}

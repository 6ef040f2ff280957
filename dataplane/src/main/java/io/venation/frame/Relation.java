package io.venation.frame;

/** States what must hold between layout constants, once, at class load. */
public final class Relation {
    private Relation() {}

    /**
     * Ends class loading where a relation does not hold.
     *
     * @param holds    the relation.
     * @param relation its wording.
     * @throws IllegalStateException where it does not hold.
     */
    public static void holds(final boolean holds, final String relation) {
        if (!holds) {
            throw new IllegalStateException("layout relation broken: " + relation);
        }
    }
}

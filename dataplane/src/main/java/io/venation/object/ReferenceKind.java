package io.venation.object;

/** What a reference says its target is; a frame alone does not tell. */
public enum ReferenceKind {
    /** Bytes of a file: a frame of any bytes. */
    CHUNK,
    /** A node of a file. */
    FILE,
    /** A node of a directory. */
    DIRECTORY
}

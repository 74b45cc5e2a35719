package io.resourcesync.dragonpass.push;

/**
 * One thing wrong with a push.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901), cut at 200 characters; empty for the whole document
 * @param detail what, for the sender
 */
public record Violation(String pointer, String detail) {

    private static final int LONGEST_POINTER = 200;

    public Violation {
        pointer = pointer.length() <= LONGEST_POINTER ? pointer : pointer.substring(0, LONGEST_POINTER) + "…";
    }

    @Override
    public String toString() {
        return (pointer.isEmpty() ? "the document" : pointer) + " " + detail;
    }
}

package io.resourcesync.dragonpass.push;

import java.util.regex.Pattern;

/**
 * One thing wrong with a push.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901), cut at 200 characters and with unprintable ones
 *     replaced; empty for the whole document
 * @param detail what, for the sender
 */
public record Violation(String pointer, String detail) {

    private static final int LONGEST_POINTER = 200;

    /** What a field's name must not bring into a column, where NUL is an error, or into the log, where a line is one. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]");

    public Violation {
        pointer = pointer.length() <= LONGEST_POINTER ? pointer : pointer.substring(0, LONGEST_POINTER) + "…";
        pointer = UNPRINTABLE.matcher(pointer).replaceAll("\uFFFD");
    }

    /** The same, of a value that is that element or field of another. */
    Violation under(Object segment) {
        return new Violation("/" + segment + pointer, detail);
    }

    @Override
    public String toString() {
        return (pointer.isEmpty() ? "the document" : pointer) + " " + detail;
    }
}

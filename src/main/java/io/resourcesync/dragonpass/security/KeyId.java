package io.resourcesync.dragonpass.security;

/**
 * What a {@code kid} may look like. DragonPass has not published its format, so that everything is
 * let in that can be logged: it is looked up in a map, and never part of a path or a statement.
 */
final class KeyId {

    static final String RULE = "a kid is 1 to 256 printable ASCII characters";

    private static final int MAX_LENGTH = 256;

    private KeyId() {}

    /**
     * @param kid null is not valid
     */
    static boolean isValid(String kid) {
        return kid != null
                && !kid.isEmpty()
                && kid.length() <= MAX_LENGTH
                && kid.chars().allMatch(KeyId::isPrintable);
    }

    /** A text that may hold anything, such as a file's name, as it can be logged. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars().limit(MAX_LENGTH).forEach(c -> printable.append(isPrintable(c) ? (char) c : '?'));
        return printable.toString();
    }

    private static boolean isPrintable(int c) {
        return c >= ' ' && c <= '~';
    }
}

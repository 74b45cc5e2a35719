package io.resourcesync.dragonpass.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The one block of a PEM file (RFC 7468), whatever text stands before and after it.
 *
 * @param label such as {@code PUBLIC KEY}
 * @param der what is inside
 */
record Pem(String label, byte[] der) {

    /** A key of 16,384 bits with its certificate and its dump in words takes less. */
    static final int MAX_BYTES = 65_536;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * @throws UnusableKey when there is not exactly one whole block, or it is encrypted
     */
    static Pem read(byte[] file) throws UnusableKey {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        if (begin < 0) {
            throw new UnusableKey("holds no PEM block: it must have a line that starts with -----BEGIN");
        }
        if (text.indexOf(BEGIN, begin + 1) >= 0) {
            throw new UnusableKey("holds several PEM blocks: put one key in each file");
        }
        int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
        String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
        int end = text.indexOf(END + label + DASHES, begin);
        if (!label.matches("[A-Z0-9 ]{1,40}") || end < labelEnd + DASHES.length()) {
            throw new UnusableKey("holds a PEM block without its end: it was cut, write it again");
        }
        String body = text.substring(labelEnd + DASHES.length(), end);
        if (label.startsWith("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new UnusableKey("is encrypted: decrypt it (openssl pkey -in encrypted.pem -out key.pem)"
                    + " and protect it by its permissions");
        }
        try {
            return new Pem(label, Base64.getDecoder().decode(body.replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            throw new UnusableKey("holds a PEM block that is not Base64: it is damaged, write it again");
        }
    }

    /** True for any block that holds a private key, whole or not. */
    static boolean hasPrivateKey(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY" + DASHES);
    }

    @Override
    public String toString() {
        return "Pem[" + label + "]";
    }
}

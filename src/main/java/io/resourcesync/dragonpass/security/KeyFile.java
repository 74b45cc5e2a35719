package io.resourcesync.dragonpass.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file of public keys as it was read, with the verifiers made of it: they are made once, and last
 * until the file's contents change.
 *
 * @param fingerprint of its contents, which are not kept: a private key may have been put there; empty
 *     when it could not be read
 * @param verifiers by kid
 * @param problems the keys in it that are not used
 */
record KeyFile(String fingerprint, Map<String, JWSVerifier> verifiers, List<KeyProblem> problems) {

    /** Some hundred keys of 2048 bits take 50 kB. */
    static final int MAX_JWKS_BYTES = 1_048_576;

    private static final String PEM_SUFFIX = ".pem";

    /** RFC 7518 sections 6.3.2 and 6.4: what only the owner of a key may have. */
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    static boolean isPem(String name) {
        return name.endsWith(PEM_SUFFIX) && !name.startsWith(".");
    }

    /** A file that holds one key, whose kid is the file's name. */
    static KeyFile pem(String name, byte[] contents) {
        String kid = name.substring(0, name.length() - PEM_SUFFIX.length());
        try {
            if (contents.length > Pem.MAX_BYTES) {
                throw new UnusableKey("is larger than " + Pem.MAX_BYTES + " bytes: it is no key");
            }
            if (!KeyId.isValid(kid)) {
                throw new UnusableKey("has a name that is no kid: " + KeyId.RULE);
            }
            RSASSAVerifier verifier = new RSASSAVerifier(RsaKeys.publicKey(contents));
            return new KeyFile(fingerprint(contents), Map.of(kid, verifier), List.of());
        } catch (UnusableKey e) {
            return broken(name, fingerprint(contents), e.getMessage());
        }
    }

    /** A file that could not be read. */
    static KeyFile unreadable(String name, String reason) {
        return broken(name, "", reason);
    }

    private static KeyFile broken(String name, String fingerprint, String reason) {
        return new KeyFile(fingerprint, Map.of(), List.of(new KeyProblem(KeyId.printable(name), reason)));
    }

    /**
     * A JSON Web Key Set (RFC 7517 section 5). A key in it that cannot be used is a problem of its own
     * and leaves the others alone.
     *
     * @throws UnusableKey when it is no key set at all
     */
    static KeyFile jwks(String name, byte[] contents) throws UnusableKey {
        if (contents.length > MAX_JWKS_BYTES) {
            throw new UnusableKey("is larger than " + MAX_JWKS_BYTES + " bytes: it is no JWKS file");
        }
        JsonNode keys = Json.object(contents)
                .map(set -> set.path("keys"))
                .filter(JsonNode::isArray)
                .orElseThrow(() -> new UnusableKey("is no JWKS file: it must be a JSON object with a list of keys,"
                        + " and no member twice; several PEM files belong in a folder of their own"));
        Map<String, JWSVerifier> verifiers = new TreeMap<>();
        List<KeyProblem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            JsonNode key = keys.get(i);
            String kid = key.path("kid").textValue();
            String source = KeyId.printable(name) + " key " + (i + 1);
            try {
                if (!KeyId.isValid(kid)) {
                    throw new UnusableKey("has no usable kid: " + KeyId.RULE);
                }
                source += " (" + kid + ")";
                if (!seen.add(kid)) {
                    verifiers.remove(kid);
                    throw new UnusableKey("has the kid of another key, so neither is used: give each its own");
                }
                verifiers.put(kid, new RSASSAVerifier(jwk(key)));
            } catch (UnusableKey e) {
                problems.add(new KeyProblem(source, e.getMessage()));
            }
        }
        return new KeyFile(fingerprint(contents), Map.copyOf(verifiers), List.copyOf(problems));
    }

    private static RSAPublicKey jwk(JsonNode key) throws UnusableKey {
        if (PRIVATE_MEMBERS.stream().anyMatch(key::has)) {
            throw new UnusableKey("holds a private key or a secret: leave in only its public members");
        }
        if (!"RSA".equals(key.path("kty").textValue())) {
            throw new UnusableKey("is no RSA key: its kty must be RSA");
        }
        requireIfPresent(key, "use", "sig");
        requireIfPresent(key, "alg", "RS256");
        if (key.has("key_ops") && !mentions(key.get("key_ops"), "verify")) {
            throw new UnusableKey("is not meant to verify with: its key_ops must name verify");
        }
        return RsaKeys.publicKey(number(key, "n"), number(key, "e"));
    }

    private static void requireIfPresent(JsonNode key, String member, String value) throws UnusableKey {
        if (key.has(member) && !value.equals(key.get(member).textValue())) {
            throw new UnusableKey("is not for RS256 signatures: its " + member + " must be " + value);
        }
    }

    private static boolean mentions(JsonNode list, String value) {
        for (JsonNode item : list) {
            if (value.equals(item.textValue())) {
                return true;
            }
        }
        return false;
    }

    private static BigInteger number(JsonNode key, String member) throws UnusableKey {
        try {
            byte[] digits = Base64.getUrlDecoder().decode(key.path(member).asText());
            return new BigInteger(1, digits);
        } catch (IllegalArgumentException e) {
            throw new UnusableKey("has a damaged " + member + ": copy the key again");
        }
    }

    /** True if this is what the file still holds. */
    boolean holds(byte[] contents) {
        return fingerprint.equals(fingerprint(contents));
    }

    private static String fingerprint(byte[] contents) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(contents));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

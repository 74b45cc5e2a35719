package io.resourcesync.dragonpass.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds the token of a push: a valid one, and from it others with one defect each. It is made by hand,
 * as a library that makes tokens refuses to make most of the bad ones.
 */
public final class TokenBuilder {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private String rawHeader;
    private String rawClaims;
    private PrivateKey key;

    private TokenBuilder() {}

    /** What DragonPass sends, as far as the contract says it. */
    public static TokenBuilder valid(String kid, RsaPair pair) {
        TokenBuilder token = new TokenBuilder().withHeader("alg", "RS256").withHeader("kid", kid);
        return token.withClaim("iss", "dragonpass").signedBy(pair);
    }

    /** Sets a member of the header to anything that Jackson can write. */
    public TokenBuilder withHeader(String name, Object value) {
        header.put(name, value);
        return this;
    }

    public TokenBuilder withoutHeader(String name) {
        header.remove(name);
        return this;
    }

    /** The header as it stands here, which may be no JSON. */
    public TokenBuilder rawHeader(String text) {
        rawHeader = text;
        return this;
    }

    /** Sets a claim to anything that Jackson can write. */
    public TokenBuilder withClaim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    /** Sets a claim to a time in whole seconds. */
    public TokenBuilder withTime(String name, Instant time) {
        return withClaim(name, time.getEpochSecond());
    }

    public TokenBuilder withoutClaim(String name) {
        claims.remove(name);
        return this;
    }

    /** The claims as they stand here, which may be no JSON. */
    public TokenBuilder rawClaims(String text) {
        rawClaims = text;
        return this;
    }

    public TokenBuilder signedBy(RsaPair pair) {
        key = pair.privateKey();
        return this;
    }

    /** The two parts that are signed. */
    public String unsigned() {
        return base64Url(rawHeader != null ? rawHeader : json(header)) + "."
                + base64Url(rawClaims != null ? rawClaims : json(claims));
    }

    /** With a signature by RSASSA-PKCS1-v1_5 and SHA-256, whatever the header says. */
    public String build() {
        String unsigned = unsigned();
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(unsigned.getBytes(StandardCharsets.US_ASCII));
            return unsigned + "." + base64Url(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String base64Url(String text) {
        return base64Url(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

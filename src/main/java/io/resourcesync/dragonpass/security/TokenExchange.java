package io.resourcesync.dragonpass.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/**
 * The bodies of {@code POST /v2/auth/token}, which exchanges client id and secret for a token.
 *
 * <p>The contract knows of it second-hand only. So an answer may have the API's envelope
 * {@code {"code":0,"data":…}} or not, the token may be called {@code token}, {@code accessToken} or
 * {@code access_token}, and its validity in seconds {@code expiresIn} or {@code expires_in}, one hour
 * when it is missing.
 */
public final class TokenExchange {

    private static final int MAX_ANSWER_BYTES = 65_536;
    private static final Duration USUAL_VALIDITY = Duration.ofHours(1);

    /** A longer one is most likely in milliseconds. A 401 renews the token anyway. */
    private static final long LONGEST_VALIDITY_SECONDS = 86_400;

    private static final int LONGEST_RETRY_AFTER_SECONDS = 3_600;

    private static final List<String> TOKEN_NAMES = List.of("token", "accessToken", "access_token");
    private static final List<String> VALIDITY_NAMES = List.of("expiresIn", "expires_in");

    private TokenExchange() {}

    /** The body of the request, as {@code application/json}. It holds the secret: it must not be logged. */
    public static byte[] request(String clientId, String secret) {
        return Json.bytes("clientId", clientId, "secret", secret);
    }

    /**
     * Reads the answer.
     *
     * @param status the HTTP status
     * @param retryAfter the header {@code Retry-After} in seconds; null when there is none
     * @param body is read and closed; null is an empty one
     * @throws TokenUnavailable for any status but 200 and 201, and for an answer without a token
     */
    public static FetchedToken answer(int status, String retryAfter, InputStream body) throws TokenUnavailable {
        byte[] bytes;
        try (InputStream in = body == null ? InputStream.nullInputStream() : body) {
            bytes = in.readNBytes(MAX_ANSWER_BYTES);
        } catch (InterruptedIOException e) {
            throw new TokenUnavailable("the token request was not answered in time");
        } catch (IOException e) {
            throw new TokenUnavailable("the answer of the token request broke off");
        }
        if (status != 200 && status != 201) {
            throw new TokenUnavailable("the token request was answered HTTP " + status, seconds(retryAfter));
        }
        JsonNode answer = Json.object(bytes)
                .orElseThrow(() -> new TokenUnavailable("the answer of the token request is no JSON object"));
        if (answer.has("code")) {
            String code = answer.get("code").asText();
            if (!code.equals("0")) {
                throw new TokenUnavailable("the token request was answered code " + cut(code));
            }
        }
        JsonNode data = answer.path("data").isObject() ? answer.get("data") : answer;
        String token = first(data, TOKEN_NAMES).textValue();
        if (token == null) {
            throw new TokenUnavailable("the answer of the token request holds no token in any known form");
        }
        try {
            return new FetchedToken(token, validity(first(data, VALIDITY_NAMES)));
        } catch (IllegalArgumentException e) {
            throw new TokenUnavailable("the answer of the token request holds a token that cannot be used");
        }
    }

    private static JsonNode first(JsonNode object, List<String> names) {
        for (String name : names) {
            if (object.hasNonNull(name)) {
                return object.get(name);
            }
        }
        return object.path("");
    }

    private static Duration validity(JsonNode seconds) {
        if (seconds.isMissingNode()) {
            return USUAL_VALIDITY;
        }
        return Duration.ofSeconds(Math.min(Long.parseLong(seconds.asText()), LONGEST_VALIDITY_SECONDS));
    }

    private static Duration seconds(String retryAfter) {
        try {
            long seconds = retryAfter == null ? 0 : Long.parseLong(retryAfter.strip());
            return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS)));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private static String cut(String code) {
        String printable = KeyId.printable(code);
        return printable.length() <= 50 ? printable : printable.substring(0, 50);
    }
}

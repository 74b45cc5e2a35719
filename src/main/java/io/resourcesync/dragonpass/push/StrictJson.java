package io.resourcesync.dragonpass.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Reads a body as strict JSON: UTF-8 (RFC 8259), one value, no duplicate keys, at most 32 levels
 * deep and 100,000 tokens, no number that a {@code long} or a {@code double} cannot hold, and no character that a
 * database or another parser could choke on (NUL, lone surrogates), escaped or not.
 */
final class StrictJson {

    private static final int MAX_DEPTH = 32;

    /** A token becomes up to some 100 bytes of tree, and many bodies are parsed at once: 1 MiB of {@code []} has a million. */
    private static final int MAX_TOKENS = 100_000;

    private static final char REPLACEMENT = '\uFFFD';

    private static final ObjectMapper JSON =
            mapper(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxTokenCount(MAX_TOKENS));

    /** For what was accepted before, maybe with other limits. */
    private static final ObjectMapper STORED =
            mapper(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH));

    private StrictJson() {}

    /**
     * @param bytes the body; null is an empty one
     * @throws PushRejected when it is not strict JSON; the violation names the place
     */
    static ParsedPush parse(byte[] bytes) throws PushRejected {
        byte[] body = bytes == null ? new byte[0] : bytes;
        String text = decode(body);
        JsonNode tree;
        try (JsonParser parser = JSON.createParser(text)) {
            try {
                tree = JSON.readTree(parser);
                if (tree == null) {
                    throw rejected(body, "", "is empty");
                }
                if (parser.nextToken() != null) {
                    throw rejected(body, "", "has a second value " + place(parser.currentTokenLocation()));
                }
            } catch (JsonProcessingException | NumberFormatException e) {
                String pointer = parser.getParsingContext().pathAsPointer().toString();
                throw rejected(body, pointer, describe(e) + " " + place(parser.currentLocation()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be read", e);
        }
        Violation hostile = hostileScalar(tree);
        if (hostile != null) {
            throw rejected(body, hostile.pointer(), hostile.detail());
        }
        return new ParsedPush(tree, text);
    }

    /** The tree of a payload that was parsed before. */
    static JsonNode reparse(String payload) {
        try {
            return STORED.readTree(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored payload is not JSON", e);
        }
    }

    private static ObjectMapper mapper(StreamReadConstraints.Builder constraints) {
        return JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .streamReadConstraints(constraints.build())
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    private static String decode(byte[] body) throws PushRejected {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        // Either somebody sent that character, or it stands for what is not UTF-8.
        ByteBuffer in = ByteBuffer.wrap(body);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw rejected(body, "", "is not UTF-8 at byte " + in.position());
        }
    }

    private static String describe(Exception e) {
        if (e instanceof NumberFormatException) {
            // Jackson lets it through for an exponent that a BigDecimal cannot hold.
            return "is a number out of range";
        }
        if (e instanceof StreamConstraintsException) {
            return "is nested deeper than " + MAX_DEPTH + " levels, has more than " + MAX_TOKENS
                    + " tokens, or a number or name that is too long,";
        }
        // Jackson has no type of its own for this one.
        boolean duplicate = e instanceof JsonProcessingException json
                && json.getOriginalMessage().startsWith("Duplicate field");
        return duplicate ? "is a duplicate key" : "is malformed";
    }

    private static String place(JsonLocation at) {
        return "at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /** Recursion is safe: the parser has bounded the depth. Where it is, is only told of what is hostile. */
    private static Violation hostileScalar(JsonNode node) {
        if (node.isTextual()) {
            return isHostile(node.textValue()) ? new Violation("", "has a NUL or a lone surrogate") : null;
        }
        if (node.isNumber()) {
            boolean fits = node.isIntegralNumber() ? node.canConvertToLong() : Double.isFinite(node.doubleValue());
            return fits ? null : new Violation("", "is a number out of range");
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                Violation found = hostileScalar(node.get(i));
                if (found != null) {
                    return found.under(i);
                }
            }
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (isHostile(field.getKey())) {
                return new Violation("", "has a field whose name holds a NUL or a lone surrogate");
            }
            Violation found = hostileScalar(field.getValue());
            if (found != null) {
                return found.under(escaped(field.getKey()));
            }
        }
        return null;
    }

    /** A plain loop, as it runs for every id of every push. */
    private static boolean isHostile(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return true;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static String escaped(String field) {
        return field.replace("~", "~0").replace("/", "~1");
    }

    private static PushRejected rejected(byte[] body, String pointer, String detail) {
        return new PushRejected(RejectionReason.NOT_JSON, body, List.of(new Violation(pointer, detail)));
    }
}

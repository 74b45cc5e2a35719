package io.resourcesync.dragonpass.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JSON of an error answer. */
class ProblemTest {

    @Test
    void shouldHaveTheMembersOfRfc9457() {
        assertThat(json(new Problem(404, "not-found", "There is nothing here", "pushes go to another path")))
                .isEqualTo("{\"type\":\"urn:dragonpass-resource-sync:problem:not-found\","
                        + "\"title\":\"There is nothing here\",\"status\":404,"
                        + "\"detail\":\"pushes go to another path\"}");
    }

    @Test
    void shouldListErrorsByPointer() {
        Problem problem = new Problem(
                422, "invalid", "Wrong", "/a is wrong", List.of(Map.of("pointer", "/a", "detail", "is wrong")));

        assertThat(json(problem)).endsWith(",\"errors\":[{\"pointer\":\"/a\",\"detail\":\"is wrong\"}]}");
    }

    @Test
    void shouldEscapeWhatASenderNamed() {
        assertThat(json(new Problem(400, "not-json", "Wrong", "/\"},\n<é>\0")))
                .endsWith("\"detail\":\"/\\\"},\\n<é>\\u0000\"}");
    }

    private static String json(Problem problem) {
        return new String(problem.toJson(), UTF_8);
    }
}

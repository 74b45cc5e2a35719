package io.resourcesync.dragonpass.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a stranger runs it: a process of its own, of which only the console is seen. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands on the console are for a Unix shell")
class DemoProcessTest {

    @TempDir
    private Path folder;

    private Path console;
    private Process demo;

    @BeforeEach
    void start() throws IOException {
        console = folder.resolve("console.txt");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.resourcesync.dragonpass.main.Standalone",
                "demo");
        builder.environment().put("CAMEL_SERVER_PORT", String.valueOf(SyncApp.freePort()));
        builder.environment().put("CAMEL_MANAGEMENT_PORT", String.valueOf(SyncApp.freePort()));
        demo = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
    }

    @AfterEach
    void kill() {
        demo.destroyForcibly();
    }

    @Test
    void shouldTellItsStoryWithinAMinuteGoOnServingAndStop() throws Exception {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(console()).contains("Ctrl-C stops it"));

        assertThat(console())
                .containsPattern("topic +batch +status +closed_by +recovered +missing\n")
                .containsPattern("resource.metadata.updated +\\S+ +APPLIED +RECOVERY +3 +-\n")
                .containsPattern("transportHub.metadata.updated +\\S+ +APPLIED +PUSH +- +-\n")
                .containsPattern("resource.availability.changed +\\S+ +INCOMPLETE +TIMEOUT +- +2\n")
                .containsPattern("table +rows\n +resource +16\n +transport_hub +6\n +resource_change +33\n")
                .contains("loses 3", "repeats 2", "loses 2")
                .doesNotContain("ERROR", "Exception", "\u001b");

        assertThat(shell(command("Push something yourself"))).contains("200 OK", "\"status\":\"success\"");
        assertThat(shell(command("Let the simulator push"))).contains("202 Accepted", "\"lost\":[2,3]");
        assertThat(shell(command("Look at it"))).contains("\"status\":\"UP\"", "dragonpass_pushes_total");
        await().untilAsserted(() -> assertThat(console()).contains("Applied batch resource.metadata.updated by-hand"));

        demo.destroy();
        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as("ended by the signal that asked for it").isEqualTo(128 + 15);
        assertThat(console()).doesNotContain("ERROR");
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(console));
    }

    private String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commands that the console shows, indented, under a line that begins like this. */
    private String command(String heading) {
        Matcher found =
                Pattern.compile(Pattern.quote(heading) + ".*:\n((  .*\n)+)").matcher(console());
        assertThat(found.find()).as(heading).isTrue();
        return found.group(1);
    }

    private String shell(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(command).isZero();
        return output;
    }
}

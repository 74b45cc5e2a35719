package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file beside the jar wins over the packaged one of the same name, and no other file is seen. */
class OverlayTest {

    @TempDir
    private Path home;

    @TempDir
    private Path packaged;

    private Overlay overlay;

    @BeforeEach
    void create() throws IOException {
        Files.createDirectories(home.resolve("routes/sql"));
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(packaged.resolve("routes/demo"));
        overlay = Overlay.of(home, packaged, OverlayTest.class.getClassLoader());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"routes/store-push.camel.yaml", "routes/sql/take-turn.sql", "config/application.properties"})
    void shouldSeeTheFoldersFileFirst(String name) throws IOException {
        Files.writeString(home.resolve(name), "mine");

        assertThat(read(name)).isEqualTo("mine");
    }

    @Test
    void shouldSeeThePackagedFileOtherwise() throws IOException {
        assertThat(read("routes/sql/take-turn.sql")).contains("UPDATE apply_turn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret.txt",
                "config/../secret.txt",
                "routes/../secret.txt",
                "data/secret.txt",
                "routes",
                "",
                "/"
            })
    void shouldSeeNoOtherFileOfTheFolder(String name) throws IOException {
        Files.createDirectory(home.resolve("data"));
        Files.writeString(home.resolve("secret.txt"), "secret");
        Files.writeString(home.resolve("data/secret.txt"), "secret");

        var found = overlay.getResource(name);

        assertThat(found == null || !found.getPath().contains(home.getFileName().toString()))
                .isTrue();
    }

    @Test
    void shouldNotLeaveTheFolder() throws IOException {
        Path outside = Files.createDirectories(home.resolve("../outside-" + home.getFileName() + "/config"));
        Files.writeString(outside.resolve("a.properties"), "secret");

        assertThat(overlay.getResource("../outside-" + home.getFileName() + "/config/a.properties"))
                .isNull();
    }

    @Test
    void shouldListTheRoutesOfBothPlacesOnce() throws IOException {
        Files.writeString(packaged.resolve("routes/a.camel.yaml"), "");
        Files.writeString(packaged.resolve("routes/b.camel.yaml"), "");
        Files.writeString(packaged.resolve("routes/demo/d.camel.yaml"), "");
        Files.writeString(home.resolve("routes/b.camel.yaml"), "");
        Files.writeString(home.resolve("routes/c.camel.yaml"), "");
        Files.writeString(home.resolve("routes/c.camel.yaml.bak"), "");

        assertThat(overlay.routes("routes"))
                .isEqualTo("classpath:routes/a.camel.yaml,classpath:routes/b.camel.yaml,classpath:routes/c.camel.yaml");
    }

    private String read(String name) throws IOException {
        try (InputStream in = overlay.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

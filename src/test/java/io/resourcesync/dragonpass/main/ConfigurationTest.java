package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file wins, and what a file may hold. */
class ConfigurationTest {

    @TempDir
    private Path home;

    @BeforeEach
    void createFolder() throws IOException {
        Files.createDirectory(home.resolve("config"));
    }

    @Test
    void shouldReadThePackagedDefaults() throws IOException {
        assertThat(Configuration.load(home, null)).containsEntry("batch.timeout", "15m");
    }

    @Test
    void shouldLetTheFoldersFileWin() throws IOException {
        write("application.properties", "batch.timeout = 10m");

        Properties properties = Configuration.load(home, null);

        assertThat(properties).containsEntry("batch.timeout", "10m").containsEntry("batch.sweep", "5s");
    }

    @Test
    void shouldLetTheProfileWinOverThePackagedDefaults() throws IOException {
        assertThat(Configuration.load(home, "demo")).containsEntry("batch.timeout", "6s");
    }

    @Test
    void shouldLetTheProfileWinOverTheFoldersFile() throws IOException {
        write("application.properties", "batch.timeout = 10m");

        assertThat(Configuration.load(home, "demo")).containsEntry("batch.timeout", "6s");
    }

    @Test
    void shouldLetTheFoldersProfileWinOverAll() throws IOException {
        write("application.properties", "batch.timeout = 10m");
        write("application-demo.properties", "batch.timeout = 7s");

        assertThat(Configuration.load(home, "demo")).containsEntry("batch.timeout", "7s");
    }

    @Test
    void shouldNotReadTheProfilesFileWithoutTheProfile() throws IOException {
        write("application-demo.properties", "batch.timeout = 7s");

        assertThat(Configuration.load(home, null)).containsEntry("batch.timeout", "15m");
    }

    @Test
    void shouldRefuseATypingErrorInAFile() throws IOException {
        write("application.properties", "batch.time-out = 10m");

        assertThatThrownBy(() -> Configuration.load(home, null))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("batch.time-out is no property of this product");
    }

    @Test
    void shouldLetAFileHoldPropertiesOfOthers() throws IOException {
        write("application.properties", "camel.main.name = mine\nmy.own = 1");

        assertThat(Configuration.load(home, null)).containsEntry("my.own", "1");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve("config").resolve(name), text);
    }
}

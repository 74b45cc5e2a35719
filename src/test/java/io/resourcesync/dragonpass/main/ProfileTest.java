package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the settings of a profile and of a folder go together. */
class ProfileTest {

    @TempDir
    private Path home;

    @Test
    void shouldTakeWhatTheFolderSaysOverWhatIsPackaged() throws IOException {
        write("application.properties", "batch.timeout = 7m");

        Properties settings = Configuration.load(home, null);

        assertThat(settings).containsEntry("batch.timeout", "7m").containsEntry("batch.sweep", "5s");
    }

    @Test
    void shouldKeepTheDemoOffTheDatabaseOfTheProduct() throws IOException {
        write("application.properties", "db.url = jdbc:hsqldb:file:precious\ncamel.server.port = 8181");

        Properties settings = Configuration.load(home, "demo");

        assertThat(settings).containsEntry("db.url", "jdbc:hsqldb:mem:demo").containsEntry("camel.server.port", "8181");
    }

    @Test
    void shouldTakeWhatTheFolderSaysAboutTheDemo() throws IOException {
        write("application-demo.properties", "batch.timeout = 3s");

        assertThat(Configuration.load(home, "demo")).containsEntry("batch.timeout", "3s");
    }

    private void write(String name, String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve("config"));
        Files.writeString(folder.resolve(name), text);
    }
}

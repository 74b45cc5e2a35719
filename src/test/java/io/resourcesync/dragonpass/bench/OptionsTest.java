package io.resourcesync.dragonpass.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void measuresTheProductAsTheReadmeRunsIt() throws IOException {
        String command = "java " + String.join(" ", Options.parse().jvm()) + " ";

        assertThat(Files.readString(Path.of("README.md"))).contains(command);
    }
}

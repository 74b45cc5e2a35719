package io.resourcesync.dragonpass;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log as people read it. */
class LogTest {

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    @Test
    void shouldWriteOneLineForOneEvent() {
        assertThat(line("Opened batch a of program b")).matches("[0-9:.]{12} INFO  Opened batch a of program b\\R");
    }

    @Test
    void shouldNotLetASenderForgeALine() {
        String line = line("Opened batch a\n12:00:00.000 INFO  Applied\r\n\u001b[2J\u2028b\u0085\u009b2J of program c");

        assertThat(line.strip())
                .endsWith("Opened batch a 12:00:00.000 INFO  Applied [2J b 2J of program c")
                .doesNotContainPattern("[\\p{Cc}\\u2028]");
    }

    private String line(String message) {
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>) root.getAppender("console");
        LoggingEvent event = new LoggingEvent("", root, Level.INFO, message, null, null);
        return new String(console.getEncoder().encode(event), UTF_8);
    }
}

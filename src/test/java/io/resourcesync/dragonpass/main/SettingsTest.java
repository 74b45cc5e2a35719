package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The defaults are in order, and each wrong setting is named in one sentence. */
class SettingsTest {

    @Test
    void shouldTakeTheDefaults() {
        Properties given = defaults();
        given.setProperty("dragonpass.api.issuer", "client");
        given.setProperty("dragonpass.api.private-key", "key.pem");
        Settings settings = read(given);

        assertThat(settings.pushPath()).isEqualTo("/dragonpass/push");
        assertThat(settings.serverHost()).isEqualTo("127.0.0.1");
        assertThat(settings.serverPort()).isEqualTo(8080);
        assertThat(settings.managementPort()).isEqualTo(9876);
        assertThat(settings.database().url()).isEqualTo("jdbc:hsqldb:file:data/dragonpass");
        assertThat(settings.database().user()).isEqualTo("SA");
        assertThat(settings.database().password()).isEmpty();
        assertThat(settings.batchTimeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.batchSweep()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.recoveryWindow()).isEqualTo(Duration.ofHours(48));
        assertThat(settings.recoveryBackoffInitial()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.recoveryBackoffMax()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.apiUrl()).hasToString("https://developer-sandbox.dragonpass.com/api");
        assertThat(settings.apiAuth().mode()).isEqualTo("rs256");
        assertThat(settings.pushAuth().keys()).hasToString("config/keys");
        assertThat(settings.pushAuth().issuer()).isEqualTo("dragonpass");
        assertThat(settings.pushAuth().header()).isEqualTo("Authorization");
        assertThat(settings.pushAuth().clockSkew()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.tls()).isNull();
        assertThat(settings.retentionDays()).isEqualTo(30);
    }

    @Test
    void shouldTakeBlanksAroundAValueForNone() {
        assertThat(read(with("batch.timeout", " 10m ")).batchTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "push.path",
                "push.auth",
                "push.max-body-bytes",
                "camel.server.host",
                "camel.server.port",
                "camel.management.host",
                "camel.management.port",
                "db.url",
                "db.user",
                "db.pool-size",
                "db.conflict-retries",
                "batch.timeout",
                "batch.sweep",
                "dragonpass.api.url",
                "dragonpass.api.auth",
                "dragonpass.api.connect-timeout-millis",
                "dragonpass.api.response-timeout-millis",
                "recovery.window",
                "recovery.backoff.initial",
                "recovery.backoff.max",
                "recovery.parallel",
                "recovery.max-answer-bytes",
                "retention.days",
                "purge.delay",
                "purge.period",
                "queue.assemble",
                "queue.apply",
                "queue.recover"
            })
    void shouldMissASettingThatIsEmpty(String name) {
        assertThatThrownBy(() -> read(with(name, " ")))
                .isInstanceOf(SettingsException.class)
                .hasMessage(name + " is not set: give it a value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "push.path                              | dragonpass/push  | must be a path such as /dragonpass/push",
                "push.path                              | /                | must be a path such as /dragonpass/push",
                "push.path                              | /push/           | must be a path such as /dragonpass/push",
                "push.path                              | /push?a=b        | must be a path such as /dragonpass/push",
                "push.path                              | /pu sh           | must be a path such as /dragonpass/push",
                "push.path                              | /{id}            | must be a path such as /dragonpass/push",
                "push.auth                              | basic            | must be jwt or none",
                "push.max-body-bytes                    | 0                | must be a whole number from 1 to 10485760",
                "push.max-body-bytes                    | 10485761         | must be a whole number from 1 to 10485760",
                "push.max-body-bytes                    | 1MB              | must be a whole number from 1 to 10485760",
                "camel.server.port                      | 0                | must be a whole number from 1 to 65535",
                "camel.server.port                      | 65536            | must be a whole number from 1 to 65535",
                "camel.server.port                      | http             | must be a whole number from 1 to 65535",
                "camel.management.port                  | -1               | must be a whole number from 1 to 65535",
                "db.pool-size                           | 1                | must be a whole number from 2 to 500",
                "db.conflict-retries                    | 0                | must be a whole number from 1 to 1000",
                "batch.timeout                          | soon             | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "batch.timeout                          | 0                | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "batch.timeout                          | 15               | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "batch.timeout                          | -15m             | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "batch.timeout                          | 1500ms           | must be whole seconds, and fewer than 2^31",
                "batch.timeout                          | 2147483648s      | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "batch.timeout                          | 24856d           | must be whole seconds, and fewer than 2^31",
                "batch.sweep                            | 49ms             | must be a duration such as 90s, 15m or 48h, at least 50 ms",
                "recovery.window                        | 48 hours         | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "recovery.backoff.initial               | 500ms            | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "recovery.backoff.max                   | one hour         | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "recovery.parallel                      | 65               | must be a whole number from 1 to 64",
                "recovery.max-answer-bytes              | 1073741825       | must be a whole number from 1 to 1073741824",
                "retention.days                         | 0                | must be a whole number from 1 to 36500",
                "retention.days                         | 30d              | must be a whole number from 1 to 36500",
                "purge.period                           | 999ms            | must be a duration such as 90s, 15m or 48h, at least 1000 ms",
                "purge.delay                            | later            | must be a duration such as 90s, 15m or 48h, at least 0 ms",
                "queue.assemble                         | 0                | must be a whole number from 1 to 1000000",
                "queue.apply                            | many             | must be a whole number from 1 to 1000000",
                "queue.recover                          | 1000001          | must be a whole number from 1 to 1000000",
                "dragonpass.api.auth                    | basic            | must be rs256 or hs256 or token or none",
                "dragonpass.api.connect-timeout-millis  | 10s              | must be a whole number from 1 to 600000",
                "dragonpass.api.response-timeout-millis | 0                | must be a whole number from 1 to 600000",
            })
    void shouldNameAWrongSettingItsValueAndTheRule(String name, String value, String rule) {
        assertThatThrownBy(() -> read(with(name, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessage(name + " is '" + value + "': it " + rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "developer-sandbox.dragonpass.com",
                "//developer-sandbox.dragonpass.com",
                "ftp://developer-sandbox.dragonpass.com",
                "https://",
                "https:///api",
                "https://developer-sandbox.dragonpass.com/",
                "https://developer-sandbox.dragonpass.com/api?a=b",
                "https://developer-sandbox.dragonpass.com/api#a",
                "https://developer sandbox.dragonpass.com",
                "https://developer-sandbox.dragonpass.com:port"
            })
    void shouldRefuseAnAddressOfTheApiThatIsNone(String url) {
        assertThatThrownBy(() -> read(with("dragonpass.api.url", url)))
                .isInstanceOf(SettingsException.class)
                .hasMessage("dragonpass.api.url is '" + url
                        + "': it must be an http or https URL without a query or a slash at its end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"48h", "3d"})
    void shouldRefuseATimeoutAfterWhichNothingIsRecovered(String timeout) {
        assertThatThrownBy(() -> read(with("batch.timeout", timeout)))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "batch.timeout is not shorter than recovery.window, so that no batch would ever be recovered:"
                                + " shorten it");
    }

    @Test
    void shouldNotRepeatADatabaseUrlThatMayHoldAPassword() {
        assertThatThrownBy(() -> read(with("db.url", "jdbc:mysql://db/a?password=secret")))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "db.url is not a URL of HSQLDB or PostgreSQL: it must start with jdbc:hsqldb: or jdbc:postgresql:");
    }

    @Test
    void shouldRefuseOnePortForPushesAndMetrics() {
        assertThatThrownBy(() -> read(with("camel.management.port", "8080")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("camel.management.port is 8080, which is camel.server.port too:"
                        + " give the management endpoints a port of their own");
    }

    @Test
    void shouldRefuseABackoffThatShrinks() {
        assertThatThrownBy(() -> read(with("recovery.backoff.max", "30s")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("recovery.backoff.max is shorter than recovery.backoff.initial: raise it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
    void shouldRefuseUnverifiedPushesFromOtherMachines(String host) {
        assertThatThrownBy(() -> read(with("camel.server.host", host)))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "push.auth is none, but camel.server.host is " + host
                                + ": without verification of signatures bind to a loopback address such as 127.0.0.1, or set push.auth to jwt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
    void shouldTakeUnverifiedPushesFromThisMachine(String host) {
        assertThatCode(() -> read(with("camel.server.host", host))).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAHostThatIsNone() {
        assertThatThrownBy(() -> read(with("camel.server.host", "no.such.host.invalid")))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "camel.server.host is no.such.host.invalid, which is no address of this machine: correct it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch.timeuot", "push.pth", "db.usr", "recovery.backoff", "queue.size", "sql.bse"})
    void shouldRefuseAPropertyOfItsOwnThatItDoesNotKnow(String name) {
        assertThatThrownBy(() -> Settings.refuseUnknown(Set.of(name), defaults().stringPropertyNames()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(name + " is no property of this product: see config/application.properties for its name");
    }

    @Test
    void shouldLeaveThePropertiesOfOthersToThem() {
        assertThatCode(() -> Settings.refuseUnknown(
                        List.of("camel.main.name", "my.own", "pushed"),
                        defaults().stringPropertyNames()))
                .doesNotThrowAnyException();
    }

    private static Settings read(Properties properties) {
        return Settings.read(name -> Optional.ofNullable(properties.getProperty(name)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rs256 | dragonpass.api.issuer
                    hs256 | dragonpass.api.issuer
                    token | dragonpass.api.secret
                    """)
    void shouldMissWhatTheCredentialsNeed(String mode, String missing) {
        assertThatThrownBy(() -> read(with("dragonpass.api.auth", mode)))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("dragonpass.api.auth is " + mode + ", but " + missing + " is not set");
    }

    @Test
    void shouldReadASecretFromTheFileThatIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from the file\n");

        assertThat(read(with("db.password-file", file.toString())).database().password())
                .isEqualTo("from the file");
        assertThatThrownBy(() -> read(with("db.password-file", file + "-not-there")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("db.password-file is " + file + "-not-there, which is no file");
    }

    /** Without authentication, which needs files that only a deployment has. */
    private static Properties with(String name, String value) {
        Properties properties = defaults();
        properties.setProperty("push.auth", "none");
        properties.setProperty("dragonpass.api.auth", "none");
        properties.setProperty(name, value);
        return properties;
    }

    private static Properties defaults() {
        Properties properties = new Properties();
        try (InputStream in = SettingsTest.class.getResourceAsStream("/config/application.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}

package io.resourcesync.dragonpass;

import io.resourcesync.dragonpass.testing.RunningJar;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;

/** The same requests to the packaged jar. */
class RequestsIT extends RequestsTest {

    @BeforeAll
    static void start() {
        app = RunningJar.start(Map.of("spool.max-bytes", "0"));
    }
}

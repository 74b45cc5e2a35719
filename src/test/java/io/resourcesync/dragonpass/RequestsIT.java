package io.resourcesync.dragonpass;

import io.resourcesync.dragonpass.testing.RunningJar;
import org.junit.jupiter.api.BeforeAll;

/** The same requests to the packaged jar. */
class RequestsIT extends BadRequests {

    @BeforeAll
    static void start() {
        app = RunningJar.start(SETTINGS);
    }
}

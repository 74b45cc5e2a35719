package io.resourcesync.dragonpass;

import io.resourcesync.dragonpass.testing.SyncApp;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Bad requests to the application in this process. */
@Tag("database")
class RequestsTest extends BadRequests {

    @BeforeAll
    static void start() {
        app = SyncApp.start(SETTINGS);
    }
}

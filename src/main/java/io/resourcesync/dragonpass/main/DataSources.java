package io.resourcesync.dragonpass.main;

import java.time.Duration;
import javax.sql.DataSource;

/** The data sources that a runtime around the product offers by name. */
public interface DataSources {

    /**
     * A data source of PostgreSQL, there or not: while it is not, asking it for a connection fails as
     * if the server was away.
     *
     * @param answerTimeout how long its connections wait for the answer to a statement
     */
    DataSource named(String name, Duration answerTimeout);
}

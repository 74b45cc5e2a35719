package io.resourcesync.dragonpass.main;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/** After a failover a connection may lead to what is now a standby: it is of no use any more. */
final class LeaveReadOnlyServer implements SQLExceptionOverride {

    /** read_only_sql_transaction, in PostgreSQL's list of error codes. */
    private static final String READ_ONLY = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException e) {
        return READ_ONLY.equals(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}

package io.resourcesync.dragonpass.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlHelper;

/**
 * Prepares statements as Camel does, but looks for the names of the parameters in each text once: Camel looks
 * four times with each execution, which was a quarter of what the writer of pushes did.
 */
public final class SqlStatements extends DefaultSqlPrepareStatementStrategy {

    /** Of a file there are some dozens; a route that makes up its texts must not fill the memory. */
    private static final int MOST = 1000;

    /** A name as Camel hands it over, {@code :#} being {@code :?} by then. */
    private static final Pattern NAME = Pattern.compile(":\\?(\\w+)");

    /** What is more than a name: a list of values, or an expression. */
    private static final Pattern MORE = Pattern.compile(":\\?(in:|\\$)");

    private record Statement(String prepared, List<String> names) {}

    private final Map<String, Statement> known = new ConcurrentHashMap<>();

    @Override
    public String prepareQuery(String query, boolean allowNamedParameters, Exchange exchange) throws SQLException {
        Statement statement = allowNamedParameters ? statement(query) : null;
        return statement == null ? super.prepareQuery(query, allowNamedParameters, exchange) : statement.prepared();
    }

    @Override
    public Iterator<?> createPopulateIterator(
            String query, String preparedQuery, int expectedParams, Exchange exchange, Object value)
            throws SQLException {
        Statement statement = statement(query);
        if (statement == null) {
            return super.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value);
        }
        List<Object> values = new ArrayList<>();
        for (String name : statement.names()) {
            if (!SqlHelper.hasParameter(name, exchange, value)) {
                // Which says what is missing.
                return super.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value);
            }
            values.add(SqlHelper.lookupParameter(name, exchange, value));
        }
        return values.iterator();
    }

    /** Null for a text that is left to Camel. */
    private Statement statement(String query) {
        Statement statement = known.get(query);
        if (statement == null && known.size() < MOST && !MORE.matcher(query).find()) {
            List<String> names =
                    NAME.matcher(query).results().map(name -> name.group(1)).toList();
            if (!names.isEmpty()) {
                statement = new Statement(NAME.matcher(query).replaceAll("?"), names);
                known.put(query, statement);
            }
        }
        return statement;
    }
}

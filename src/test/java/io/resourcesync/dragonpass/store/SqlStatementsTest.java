package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlPrepareStatementStrategy;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements are prepared as Camel prepares them. */
class SqlStatementsTest {

    private final SqlStatements statements = new SqlStatements();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "UPDATE t SET a = :?a WHERE b = :?b AND c = :?a",
                "SELECT CAST(:?a AS integer), '12:30', a::text FROM t",
                "SELECT * FROM t WHERE a IN (:?in:list) AND b = :?b",
                "SELECT * FROM t WHERE a = :?${body[a]} AND b = :?$simple{body[b]}",
                "SELECT * FROM t WHERE a = :?a AND b = :?in:list",
                "SELECT * FROM t WHERE a = ? AND b = ?",
            })
    void shouldDoAsCamelDoes(String query) throws SQLException {
        SqlPrepareStatementStrategy camel = new DefaultSqlPrepareStatementStrategy();
        String prepared = camel.prepareQuery(query, true, exchange());

        for (int time = 0; time < 2; time++) {
            assertThat(statements.prepareQuery(query, true, exchange())).isEqualTo(prepared);
            assertThat(values(statements, query)).isEqualTo(values(camel, query));
        }
        assertThat(statements.prepareQuery(query, false, exchange())).isEqualTo(query);
    }

    @Test
    void shouldTakeWhatTheBodyLacksFromHeadersAndThenFromVariables() throws SQLException {
        Exchange exchange = exchange();
        exchange.getMessage().setHeader("b", "header");
        exchange.getMessage().setHeader("h", "header");
        exchange.setVariable("h", "variable");
        exchange.setVariable("v", "variable");

        assertThat(statements.createPopulateIterator(":?b :?h :?v", "? ? ?", 3, exchange, body()))
                .toIterable()
                .isEqualTo(List.of(2, "header", "variable"));
    }

    @Test
    void shouldSayWhichParameterIsMissing() throws SQLException {
        String query = "SELECT :?a, :?gone";
        statements.prepareQuery(query, true, exchange());

        assertThatThrownBy(() -> values(statements, query)).hasMessageContaining("Cannot find key [gone]");
    }

    /** A route of somebody's that makes up its statements. */
    @Test
    void shouldKeepABoundedNumberOfTexts() throws SQLException {
        for (int i = 0; i < 3000; i++) {
            assertThat(statements.prepareQuery("SELECT :?a, " + i, true, exchange()))
                    .isEqualTo("SELECT ?, " + i);
        }

        assertThat(statements)
                .extracting("known")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .hasSize(1000);
    }

    private static List<Object> values(SqlPrepareStatementStrategy strategy, String query) throws SQLException {
        List<Object> values = new ArrayList<>();
        strategy.createPopulateIterator(query, "", 2, exchange(), body())
                .forEachRemaining(
                        value -> values.add(value instanceof Iterable || value instanceof Iterator ? "a list" : value));
        return values;
    }

    private static Map<String, Object> body() {
        return Map.of("a", "one", "b", 2, "list", List.of(1, 2, 3));
    }

    private static Exchange exchange() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body());
        return exchange;
    }
}

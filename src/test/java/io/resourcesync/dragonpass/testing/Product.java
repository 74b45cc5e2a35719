package io.resourcesync.dragonpass.testing;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** A running application: in the test's JVM, or the packaged jar in a process of its own. */
public interface Product extends AutoCloseable {

    /** A request to the push server. */
    HttpRequest.Builder request(String path);

    /** Posts a body to the push path as DragonPass does. */
    HttpResponse<String> push(String body);

    /** Gets a path of the management server. */
    HttpResponse<String> observe(String path);

    /** The port of the push server. */
    int port();

    /** Its tables. */
    JdbcTemplate jdbc();

    /** What it logs as warnings while something is done. */
    List<String> warnings(Runnable action);

    /** Rows with the names of their columns in lower case, as the databases differ in that. */
    default List<Map<String, Object>> query(String sql, Object... args) {
        return jdbc().queryForList(sql, args).stream()
                .map(row -> {
                    Map<String, Object> lower = new LinkedHashMap<>();
                    row.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
                    return lower;
                })
                .toList();
    }

    @Override
    void close();
}

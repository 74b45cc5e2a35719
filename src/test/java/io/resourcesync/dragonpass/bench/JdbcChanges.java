package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.push.ParsedPush;
import io.resourcesync.dragonpass.push.Pushes;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Contender E: one thread writes the rows of state and of the change feed, batch by batch, each in one
 * transaction, with a row of a JDBC batch for each. Its rows are ready before the time counts.
 */
final class JdbcChanges extends Worker {

    private static final Pattern PARAMETER = Pattern.compile(":#(\\w+)");

    private final Connection connection;
    private final Access access;
    private final NamedStatement append;
    private final NamedStatement merge;
    private final Pushes pushes = new Pushes();
    private final ManualBatches manual = new ManualBatches();

    private JdbcChanges(String name, Access access) throws Exception {
        super(name);
        this.access = access;
        this.connection = access.connect();
        this.append = new NamedStatement(connection, "append-changes.sql");
        this.merge = new NamedStatement(connection, "merge-resource.sql");
    }

    /**
     * @param args a name that begins the ids of all batches, then the database's URL, user and password
     */
    public static void main(String[] args) throws Exception {
        serve(new JdbcChanges(args[0], Access.of(args, 1)));
    }

    /** Ends after the first batch that is over the time or the number of pushes; the latencies are those of batches. */
    @Override
    Outcome run(Load load) throws Exception {
        Latencies latencies = new Latencies();
        Batches batches = lanes(load).get(0);
        double cpu = cpuSeconds();
        long nanos = 0;
        long written = 0;
        while (nanos < load.seconds() * 1e9 || written < load.pushes()) {
            List<Batches.Push> batch = batches.nextBatch();
            List<Map<String, Object>> reduced = new ArrayList<>();
            for (Batches.Push push : batch) {
                ParsedPush parsed = pushes.parse(push.body());
                reduced.add(ManualBatches.reduce(pushes.check(parsed, Batches.EVENT_TYPE), parsed.tree()));
            }
            ManualBatches.Rows rows = manual.rows(reduced);
            long begin = System.nanoTime();
            append.execute(rows.changes());
            merge.execute(rows.states());
            connection.commit();
            long took = System.nanoTime() - begin;
            nanos += took;
            written += batch.size();
            latencies.record(took);
        }
        return Outcome.of(written, nanos / 1e9, latencies, cpuSeconds() - cpu);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        access.shutDown();
    }

    /** A statement of contender D, whose named parameters are filled in by place. */
    private static final class NamedStatement {

        private final PreparedStatement statement;
        private final List<String> names = new ArrayList<>();

        private NamedStatement(Connection connection, String file) throws Exception {
            String sql = new String(
                    JdbcChanges.class.getResourceAsStream("manual/sql/" + file).readAllBytes(), StandardCharsets.UTF_8);
            Matcher parameters = PARAMETER.matcher(sql);
            while (parameters.find()) {
                names.add(parameters.group(1));
            }
            statement = connection.prepareStatement(PARAMETER.matcher(sql).replaceAll("?"));
        }

        private void execute(List<Map<String, Object>> rows) throws SQLException {
            for (Map<String, Object> row : rows) {
                for (int i = 0; i < names.size(); i++) {
                    statement.setObject(i + 1, row.get(names.get(i)));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}

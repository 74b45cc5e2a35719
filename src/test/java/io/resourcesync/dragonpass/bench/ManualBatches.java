package io.resourcesync.dragonpass.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.resourcesync.dragonpass.push.ParsedPush;
import io.resourcesync.dragonpass.push.Push;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** The Java of contender D: what the aggregate keeps of a push, and the rows that a batch becomes. */
public final class ManualBatches implements AggregationStrategy {

    private final AtomicLong written = new AtomicLong();

    /**
     * What is written of a complete batch.
     *
     * @param changes a row of {@code resource_change} for each id of each push
     * @param states for each resource the change that decides, in one order for all batches
     */
    public record Rows(List<Map<String, Object>> changes, List<Map<String, Object>> states) {}

    /** Leaves in the body what {@link #reduce} keeps, and in a variable what to answer. */
    public void keep(Exchange exchange) {
        Push push = exchange.getMessage().getBody(Push.class);
        exchange.setVariable("acknowledgement", push.acknowledgement());
        exchange.getMessage()
                .setBody(reduce(
                        push, exchange.getVariable("parsed", ParsedPush.class).tree()));
    }

    /** What applying needs of a push, and nothing of the JSON. */
    static Map<String, Object> reduce(Push push, JsonNode tree) {
        List<String> ids = new ArrayList<>();
        for (JsonNode id : tree.get("resources")) {
            ids.add(id.textValue());
        }
        Map<String, Object> small = new HashMap<>(push.batch().parameters());
        small.put("sequence", push.sequence());
        small.put("totalSequence", push.totalSequence());
        small.put("module", push.module());
        small.put("updatedAt", push.updatedAt());
        small.put("ids", ids);
        small.put("batchKey", small.get("programId") + "/" + small.get("eventType") + "/" + small.get("batchId"));
        return small;
    }

    /** Appends the push to the list of its batch. */
    @Override
    public Exchange aggregate(Exchange before, Exchange push) {
        Map<?, ?> small = push.getMessage().getBody(Map.class);
        if (before == null) {
            List<Map<?, ?>> all = new ArrayList<>();
            all.add(small);
            push.getMessage().setBody(all);
            return push;
        }
        @SuppressWarnings("unchecked")
        List<Map<?, ?>> all = before.getMessage().getBody(List.class);
        all.add(small);
        return before;
    }

    /** To be called after the commit of a batch. */
    public void countWritten() {
        written.incrementAndGet();
    }

    /** How many batches were written since the start. */
    public String written() {
        return written.toString();
    }

    /** The newest change of a resource decides, then the greater sequence, as in the product. */
    public Rows rows(List<Map<String, Object>> pushes) {
        List<Map<String, Object>> sorted = new ArrayList<>(pushes);
        sorted.sort(Comparator.comparing(push -> (Integer) push.get("sequence")));
        List<Map<String, Object>> changes = new ArrayList<>();
        Map<Object, Map<String, Object>> newest = new LinkedHashMap<>();
        for (Map<String, Object> push : sorted) {
            for (Object id : (List<?>) push.get("ids")) {
                Map<String, Object> row = new HashMap<>(push);
                row.remove("ids");
                row.put("entityId", id);
                row.put("change", "METADATA_UPDATED");
                Map<String, Object> before = newest.get(id);
                boolean superseded = before != null && updatedAt(before).isAfter(updatedAt(row));
                row.put("superseded", superseded);
                if (!superseded) {
                    newest.put(id, row);
                }
                changes.add(row);
            }
        }
        List<Map<String, Object>> states = new ArrayList<>(newest.values());
        states.sort(Comparator.comparing(row -> (String) row.get("entityId")));
        return new Rows(changes, states);
    }

    private static OffsetDateTime updatedAt(Map<String, Object> row) {
        return (OffsetDateTime) row.get("updatedAt");
    }
}

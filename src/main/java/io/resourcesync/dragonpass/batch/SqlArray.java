package io.resourcesync.dragonpass.batch;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * One column of many rows as one parameter of a statement, which reads the rows by {@code UNNEST}: one
 * statement for all of them costs the database, its driver and the SQL component a fraction of one for
 * each.
 */
public final class SqlArray {

    /** As both databases read a time from a text. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 6, 6, true)
            .appendOffset("+HH:MM", "+00:00")
            .toFormatter();

    private SqlArray() {}

    /** A column of texts; an element may be null. */
    public static <T> SqlArrayValue texts(Collection<T> rows, Function<T, String> column) {
        return new SqlArrayValue("varchar", (Object[]) rows.stream().map(column).toArray(String[]::new));
    }

    /** A column of whole numbers; an element may be null. */
    public static <T> SqlArrayValue integers(Collection<T> rows, Function<T, Integer> column) {
        return new SqlArrayValue("integer", (Object[]) rows.stream().map(column).toArray(Integer[]::new));
    }

    /** A column of truth values. */
    public static <T> SqlArrayValue booleans(Collection<T> rows, Function<T, Boolean> column) {
        return new SqlArrayValue("boolean", (Object[]) rows.stream().map(column).toArray(Boolean[]::new));
    }

    /** A column of times as texts, to be cast, as the two databases call the type by different names. */
    public static <T> SqlArrayValue times(Collection<T> rows, Function<T, OffsetDateTime> column) {
        // Few times stand in many rows.
        Map<OffsetDateTime, String> texts = new HashMap<>();
        return texts(rows, row -> texts.computeIfAbsent(column.apply(row), TIME::format));
    }

    /** The named parameters of the statements that touch some batches at once, to which more can be added. */
    public static Map<String, Object> keys(Collection<BatchKey> keys) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("programIds", texts(keys, BatchKey::programId));
        parameters.put("eventTypes", texts(keys, key -> key.eventType().wireName()));
        parameters.put("batchIds", texts(keys, BatchKey::batchId));
        return parameters;
    }
}

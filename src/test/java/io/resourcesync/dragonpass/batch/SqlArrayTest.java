package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.TestDatabase;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.SqlArrayValue;

/** Columns that go to a database as one parameter come back as they were. */
@Tag("database")
class SqlArrayTest {

    private static JdbcTemplate jdbc;

    @BeforeAll
    static void connect() {
        Map<String, String> settings = TestDatabase.fresh();
        jdbc = new JdbcTemplate(new DriverManagerDataSource(
                settings.get("db.url"), settings.get("db.user"), settings.get("db.password")));
    }

    @Test
    void shouldKeepTextsAsTheyAre() {
        List<String> texts = Arrays.asList("", " ", "a b ", "\"", "\\", "{\"é\":[\"N1\",'x']}", "NULL", null, "€\n\t");

        assertThat(read("varchar(64)", String.class, SqlArray.texts(texts, text -> text)))
                .isEqualTo(texts);
    }

    @Test
    void shouldKeepNumbersAndTheirAbsence() {
        List<Integer> numbers = Arrays.asList(1, null, -2, Integer.MAX_VALUE);

        assertThat(read("integer", Integer.class, SqlArray.integers(numbers, number -> number)))
                .isEqualTo(numbers);
    }

    @Test
    void shouldKeepTruthValues() {
        List<Boolean> values = List.of(true, false, true);

        assertThat(read("boolean", Boolean.class, SqlArray.booleans(values, value -> value)))
                .isEqualTo(values);
    }

    @Test
    void shouldKeepTimesToTheMicrosecond() {
        List<OffsetDateTime> times = List.of(
                OffsetDateTime.parse("1970-01-01T00:00:00Z"),
                OffsetDateTime.parse("2024-02-29T23:59:59.123456Z"),
                OffsetDateTime.parse("9999-12-30T23:00:00.000001Z"));

        List<OffsetDateTime> read = jdbc.query(
                "SELECT CAST(u.v AS timestamp with time zone) FROM UNNEST(CAST(? AS varchar(32) ARRAY[1000]))"
                        + " WITH ORDINALITY AS u (v, n) ORDER BY u.n",
                (row, number) -> row.getObject(1, OffsetDateTime.class),
                SqlArray.times(times, time -> time));

        assertThat(read).usingElementComparator(OffsetDateTime.timeLineOrder()).isEqualTo(times);
    }

    private static <T> List<T> read(String type, Class<T> as, SqlArrayValue array) {
        return jdbc.queryForList(
                "SELECT u.v FROM UNNEST(CAST(? AS " + type + " ARRAY[1000])) WITH ORDINALITY AS u (v, n) ORDER BY u.n",
                as,
                array);
    }
}

package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A set of sequence numbers, and how what is missing is written. */
class SequencesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "1,2,3 | 3  | ''",
                "''    | 1  | 1",
                "''    | 3  | 1-3",
                "1     | 3  | 2-3",
                "3     | 3  | 1-2",
                "1,3   | 3  | 2",
                "1,3,4 | 7  | 2,5-7",
                "2,4,6 | 7  | 1,3,5,7",
                "1,9   | 3  | 2-3",
                "4,9   | 3  | 1-3",
                "2     | 10000 | 1,3-10000"
            })
    void shouldWriteWhatIsMissingAsRanges(String stored, int total, String missing) {
        assertThat(parse(stored).missing(total)).isEqualTo(missing);
    }

    @Test
    void shouldCountANumberOnce() {
        assertThat(Sequences.of(List.of(2, 2, 1)).size()).isEqualTo(2);
    }

    @Test
    void shouldNotChangeByAUnion() {
        Sequences one = parse("1");

        one.union(parse("2"));

        assertThat(one).isEqualTo(parse("1")).hasSameHashCodeAs(parse("1")).isNotEqualTo(parse("1,2"));
    }

    /** The ranges, read again, are exactly what is not there: the longest gap list fits its column, too. */
    @Property(tries = 300)
    void shouldNameExactlyWhatIsMissing(
            @ForAll Set<@IntRange(min = 1, max = 60) Integer> stored, @ForAll @IntRange(min = 1, max = 50) int total) {
        List<Integer> expected = IntStream.rangeClosed(1, total)
                .filter(i -> !stored.contains(i))
                .boxed()
                .toList();

        assertThat(read(Sequences.of(stored).missing(total))).isEqualTo(expected);
    }

    @Test
    void shouldFitItsColumnInTheWorstCase() {
        List<Integer> even =
                IntStream.rangeClosed(1, 10_000).filter(i -> i % 2 == 0).boxed().toList();

        assertThat(Sequences.of(even).missing(10_000)).hasSizeLessThan(65_536);
    }

    private static Sequences parse(String numbers) {
        return Sequences.of(
                numbers.isBlank()
                        ? List.of()
                        : Arrays.stream(numbers.split(","))
                                .map(Integer::valueOf)
                                .toList());
    }

    private static List<Integer> read(String ranges) {
        List<Integer> all = new ArrayList<>();
        for (String range : ranges.isEmpty() ? new String[0] : ranges.split(",")) {
            String[] ends = range.split("-");
            int from = Integer.parseInt(ends[0]);
            int to = Integer.parseInt(ends[ends.length - 1]);
            IntStream.rangeClosed(from, to).forEach(all::add);
        }
        return all;
    }
}

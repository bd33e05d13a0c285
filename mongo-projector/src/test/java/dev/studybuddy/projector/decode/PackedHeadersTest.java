package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.studybuddy.projector.SeededCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class PackedHeadersTest {

    private static final int TRIES = 1_000;
    private static final int MAX_HEADERS = 6;
    private static final int MAX_VALUE_BYTES = 5;
    private static final List<String> NAMES = List.of("a", "b", "c");

    @Test
    void packedHeadersReturnTheSameAsKafkasHeaders() {
        SeededCheck.check(TRIES, MAX_HEADERS, (seed, size) -> {
            SplittableRandom random = new SplittableRandom(seed);
            checkAgainstKafka(randomHeaders(random, size), randomHeaders(random, size));
        });
    }

    private static void checkAgainstKafka(List<Header> first, List<Header> second) {
        PackedHeaders before = PackedHeaders.of(new RecordHeaders(first), PackedHeaders.EMPTY);
        Headers kafkas = new RecordHeaders(second);
        PackedHeaders packed = PackedHeaders.of(kafkas, before);

        assertThat(describe(packed)).isEqualTo(describe(kafkas));
        assertThat(describe(Arrays.asList(packed.toArray()))).isEqualTo(describe(kafkas));
        for (String name : List.of("a", "b", "c", "none")) {
            assertThat(describe(packed.headers(name))).isEqualTo(describe(kafkas.headers(name)));
            Header last = kafkas.lastHeader(name);
            assertThat(describe(packed.lastHeader(name))).isEqualTo(describe(last));
            byte[] value = last == null ? null : last.value();
            assertThat(packed.text(name)).isEqualTo(value == null ? null : new String(value, UTF_8));
            assertThat(packed.hasValue(name)).isEqualTo(value != null && value.length > 0);
        }
        assertThat(describe(before)).isEqualTo(describe(first));
    }

    @Test
    void packedHeadersCannotBeChanged() {
        PackedHeaders packed = PackedHeaders.of(new RecordHeaders().add("a", new byte[] {1}));

        assertThatIllegalStateException().isThrownBy(() -> packed.add("b", new byte[] {2}));
        assertThatIllegalStateException().isThrownBy(() -> packed.add(new RecordHeader("b", new byte[] {2})));
        assertThatIllegalStateException().isThrownBy(() -> packed.remove("a"));
        assertThat(describe(packed)).containsExactly("a=[1]");
    }

    private static List<Header> randomHeaders(SplittableRandom random, int maxCount) {
        List<Header> headers = new ArrayList<>();
        int count = random.nextInt(maxCount + 1);
        for (int n = 0; n < count; n++) {
            byte[] value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(MAX_VALUE_BYTES + 1)];
            if (value != null) {
                random.nextBytes(value);
            }
            headers.add(new RecordHeader(NAMES.get(random.nextInt(NAMES.size())), value));
        }
        return headers;
    }

    private static List<String> describe(Iterable<Header> headers) {
        List<String> descriptions = new ArrayList<>();
        headers.forEach(header -> descriptions.add(describe(header)));
        return descriptions;
    }

    private static String describe(Header header) {
        return header == null ? "none" : header.key() + '=' + Arrays.toString(header.value());
    }
}

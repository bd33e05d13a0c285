package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class PackedHeadersTest {

    @Property
    void packedHeadersReturnTheSameAsKafkasHeaders(
            @ForAll("headers") List<Header> first, @ForAll("headers") List<Header> second) {
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

    @Provide
    Arbitrary<List<Header>> headers() {
        Arbitrary<byte[]> values = Arbitraries.bytes().array(byte[].class).ofMaxSize(5);
        return Combinators.combine(Arbitraries.of("a", "b", "c"), values.injectNull(0.2))
                .as((name, value) -> (Header) new RecordHeader(name, value))
                .list()
                .ofMaxSize(6);
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

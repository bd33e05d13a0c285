package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuerySyntaxTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a=", "a=b&c=%C3%A9", "a=b&&c=d&", "a=b=c", "a+b=c+d", "a=%F0%9F%98%80", "a=1&a=2"})
    void aReadableQueryHasNoFault(String query) {
        assertThat(QuerySyntax.findFault(query)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "=x, query",
        "a=b&=x, query",
        "%FF=x, query",
        "%00=x, query",
        "a=%FF, a",
        "a=%C3, a",
        "a=%ED%A0%80, a",
        "a=%, a",
        "a=%4, a",
        "a=%zz, a",
        "a=%C0%80, a",
        "a=b&c=%00, c",
        "c=x%0Ay, c",
        "c=\u00e9, c",
        "c=\u4e2d, c"
    })
    void aFaultNamesTheParameter(String query, String field) {
        assertThat(QuerySyntax.findFault(query))
                .hasValueSatisfying(fault -> assertThat(fault.field()).isEqualTo(field));
    }

    @Test
    void anAbsentQueryHasNoFault() {
        assertThat(QuerySyntax.findFault(null)).isEmpty();
    }
}

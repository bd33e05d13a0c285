package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.mongo.WriteRefusal.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteRefusalTest {

    @Test
    void anExistingDocumentIsADuplicateKey() {
        assertThat(kindOf(11000)).isEqualTo(Kind.DUPLICATE_KEY);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 9, 14, 22, 28, 40, 52, 53, 56, 57, 66, 121, 171, 10334, 17150, 17280, 17419, 17420})
    void aCodeThatConcernsTheDocumentIsPermanent(int code) {
        assertThat(kindOf(code)).isEqualTo(Kind.PERMANENT);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                -1,
                1,
                6,
                8,
                13,
                20,
                82,
                83,
                90,
                96,
                112,
                117,
                125,
                145,
                146,
                175,
                199,
                202,
                249,
                319,
                338,
                343,
                365,
                371,
                407,
                433,
                449,
                14031,
                987_654_321
            })
    void everyOtherCodeIsTemporary(int code) {
        assertThat(kindOf(code)).isEqualTo(Kind.TEMPORARY);
    }

    private static Kind kindOf(int code) {
        return new WriteRefusal(0, code, "").kind();
    }
}

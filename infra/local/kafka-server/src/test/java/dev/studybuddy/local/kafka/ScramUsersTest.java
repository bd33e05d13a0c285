package dev.studybuddy.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScramUsersTest {

    @Test
    void eachUserBecomesOneArgumentOfTheFormatter() {
        assertThat(ScramUsers.parse("anna:one,ben:two:three"))
                .containsExactly(
                        "SCRAM-SHA-256=[name=anna,password=one]", "SCRAM-SHA-256=[name=ben,password=two:three]");
        assertThat(ScramUsers.parse("")).isEmpty();
    }

    @Test
    void aUserWithoutAPasswordIsRejected() {
        assertThatThrownBy(() -> ScramUsers.parse("anna:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("<name>:<password>");
    }
}

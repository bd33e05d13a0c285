package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardsTest {

    @Test
    void theShardOfAnAggregateEqualsItsGoldenValue() {
        assertThat(Shards.of("todo", "00000000-0000-0000-0000-000000000001")).isEqualTo(28);
        assertThat(Shards.of("user", "6a1f8b0e-5f0c-4d6c-9d5e-0c7b5a3b1f2d")).isEqualTo(14);
        assertThat(Shards.of("session", "é")).isEqualTo(33);
    }
}

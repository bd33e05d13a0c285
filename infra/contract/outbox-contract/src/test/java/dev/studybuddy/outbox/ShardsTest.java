package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Writers in other languages check their computation with the same file. */
class ShardsTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/contract/shards.csv", numLinesToSkip = 1)
    void theShardOfAnAggregateEqualsItsGoldenValue(String aggregateType, String aggregateId, int shard) {
        assertThat(Shards.of(aggregateType, aggregateId)).isEqualTo(shard);
    }
}

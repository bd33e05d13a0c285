package dev.studybuddy.projector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class PollBudgetTest {

    private static final int MEGABYTE = 1_000_000;

    private final PollBudget budget = new PollBudget();
    private final Deserializer<byte[]> keys = budget.keyDeserializer();
    private final Deserializer<byte[]> values = budget.valueDeserializer();

    @Test
    void aUsualRecordIsUnchanged() {
        ConsumerRecord<byte[], byte[]> record = poll(2, 100, new RecordHeaders().add("ce_id", "1".getBytes(UTF_8)));

        assertThat(record.key()).hasSize(2);
        assertThat(record.value()).hasSize(100);
        assertThat(record.headers()).hasSize(1);
        assertThat(PollBudget.isPostponed(record)).isFalse();
    }

    @Test
    void aRecordAboveTheLimitLosesItsValueAndKeepsItsFirstHeaders() {
        Headers headers = new RecordHeaders()
                .add("ce_id", "1".getBytes(UTF_8))
                .add("long", new byte[MEGABYTE])
                .add("last", new byte[1]);

        ConsumerRecord<byte[], byte[]> record = poll(2, 4 * MEGABYTE, headers);

        assertThat(record.value()).isNull();
        assertThat(record.serializedValueSize()).isEqualTo(4 * MEGABYTE);
        assertThat(record.headers()).extracting(header -> header.key()).containsExactly("ce_id");
        assertThat(PollBudget.isPostponed(record)).isFalse();
    }

    @Test
    void aLongKeyIsDropped() {
        ConsumerRecord<byte[], byte[]> record = poll(MEGABYTE, 10, new RecordHeaders());

        assertThat(record.key()).isNull();
        assertThat(record.serializedKeySize()).isEqualTo(MEGABYTE);
    }

    @Test
    void aFullPollPostponesTheNextRecordsUntilTheNextPoll() {
        assertThat(PollBudget.isPostponed(poll(2, 3 * MEGABYTE, new RecordHeaders())))
                .isFalse();
        assertThat(PollBudget.isPostponed(poll(2, 3 * MEGABYTE, new RecordHeaders())))
                .isFalse();
        ConsumerRecord<byte[], byte[]> third = poll(2, 3 * MEGABYTE, new RecordHeaders());
        assertThat(PollBudget.isPostponed(third)).isTrue();
        assertThat(third.value()).isNull();

        budget.reset();

        assertThat(PollBudget.isPostponed(poll(2, 3 * MEGABYTE, new RecordHeaders())))
                .isFalse();
    }

    @Test
    void headersOfRecordsWithoutAValueCountToo() {
        int returned = 0;
        while (!PollBudget.isPostponed(poll(2, -1, new RecordHeaders().add("long", new byte[MEGABYTE])))) {
            returned++;
        }

        assertThat(returned).isEqualTo(7);
    }

    @Test
    void aForeignHeaderOfTheSameNameDoesNotPostponeARecord() {
        assertThat(PollBudget.isPostponed(poll(2, 10, new RecordHeaders().add("postponed", new byte[0]))))
                .isFalse();
    }

    @Test
    void aRecordWithAMillionHeadersIsTooLargeAndEndsItsPoll() {
        ConsumerRecord<byte[], byte[]> record = poll(2, 10, headers(1_000_000));

        assertThat(record.value()).isNull();
        assertThat(record.serializedValueSize()).isEqualTo(10);
        assertThat(HeaderSizes.countKept(record.headers().toArray())).isBetween(500, 1_000);
        assertThat(PollBudget.isPostponed(poll(2, 10, new RecordHeaders()))).isTrue();
        assertThatThrownBy(() -> poll(2, 10, headers(1_000_000))).isInstanceOf(SerializationException.class);

        budget.reset();

        assertThat(PollBudget.isPostponed(poll(2, 10, headers(1_000_000)))).isFalse();
    }

    @Test
    void theHeadersOfAnEarlierRecordDoNotCountForOneWithoutAKey() {
        poll(2, -1, new RecordHeaders().add("long", new byte[3_900_000]));

        ConsumerRecord<byte[], byte[]> withoutKey = poll(-1, MEGABYTE, new RecordHeaders());

        assertThat(withoutKey.value()).hasSize(MEGABYTE);
    }

    @Test
    void theHeadersOfARecordWithoutAKeyCount() {
        poll(2, -1, new RecordHeaders());

        ConsumerRecord<byte[], byte[]> withoutKey =
                poll(-1, 10, new RecordHeaders().add("long", new byte[5 * MEGABYTE]));

        assertThat(withoutKey.value()).isNull();
        assertThat(withoutKey.headers()).isEmpty();
    }

    @Test
    void theCallerKeepsABoundedNumberOfRecordsWithoutKeyAndValue() {
        poll(2, 3 * MEGABYTE, new RecordHeaders());
        poll(2, 3 * MEGABYTE, new RecordHeaders());
        int kept = 0;
        while (!budget.mustPollAgain(withoutKeyAndValue())) {
            kept++;
        }

        assertThat(kept).isEqualTo(7);
        budget.reset();
        assertThat(budget.mustPollAgain(withoutKeyAndValue())).isFalse();
    }

    @Test
    void aRecordThatDoesNotFitBecauseOfItsHeadersNamesTheirNumber() {
        poll(2, 10, new RecordHeaders());

        assertThatThrownBy(() -> poll(2, 10, headers(1_000_000)))
                .hasMessage("a record with more than 1000 headers does not fit into the rest of this poll; the next"
                        + " poll returns it");
    }

    private ConsumerRecord<byte[], byte[]> withoutKeyAndValue() {
        return poll(-1, -1, new RecordHeaders().add("long", new byte[MEGABYTE]));
    }

    private static Headers headers(int count) {
        Headers headers = new RecordHeaders();
        for (int n = 0; n < count; n++) {
            headers.add("h" + n % 7, null);
        }
        return headers;
    }

    /** Passes a record through the deserializers as a consumer does. A key or value of size -1 is null. */
    private ConsumerRecord<byte[], byte[]> poll(int keySize, int valueSize, Headers headers) {
        byte[] key = keySize < 0 ? null : keys.deserialize("todo", headers, ByteBuffer.allocate(keySize));
        byte[] value = valueSize < 0 ? null : values.deserialize("todo", headers, ByteBuffer.allocate(valueSize));
        return new ConsumerRecord<>(
                "todo", 0, 0, 0, TimestampType.CREATE_TIME, keySize, valueSize, key, value, headers, Optional.empty());
    }
}

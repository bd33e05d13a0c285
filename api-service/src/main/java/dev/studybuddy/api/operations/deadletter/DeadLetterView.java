package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * This record shows a dead letter as lists return it.
 *
 * @param source the code of the service that recorded the dead letter: {@code publisher} or {@code projector}
 * @param partition the partition of the record; null for a publisher's dead letter, which has no record
 * @param offset the offset of the record; null for a publisher's dead letter, which has no record
 * @param key the key of the record as text; null if the record has none
 * @param eventType the type of the event; null if it could not be read
 * @param aggregateVersion the version of the aggregate; null if it could not be read
 * @param reason the code of the projector's reason, or the publisher's last error
 * @param retryCount the number of refused attempts of a publisher's event, or of replays of a projector's record
 * @param firstAt the time at which the projector created the dead letter, or at which the publisher's event was created
 * @param lastAt the time at which the state of the dead letter last changed
 * @param preview the first 1 024 bytes of the value as text, or {@code [masked]} for a caller who may not read payloads
 */
@Schema(name = "DeadLetter")
public record DeadLetterView(
        String id,
        String source,
        String state,
        String topic,
        @Nullable Integer partition,
        @Nullable Long offset,
        @Nullable String key,
        @Nullable String eventType,
        @Nullable Long aggregateVersion,
        String reason,

        @Schema(
                description = "For a publisher's event, this is the number of refused attempts. For a projector's"
                        + " record, it is the number of replays.")
        int retryCount,

        Instant firstAt,
        Instant lastAt,
        String preview) {

    static final String PUBLISHER = "publisher";
    static final String PROJECTOR = "projector";

    private static final int PREVIEW_BYTES = 1024;
    private static final String MASKED = "[masked]";

    /**
     * This record shows a dead letter with all its details.
     *
     * @param letter the fields that the list of dead letters shows
     * @param keyBase64 the bytes of the key; null if the record has no key or the dead letter is a publisher's
     * @param valueBase64 the bytes of the value; null if the record has no value or the dead letter is a publisher's
     * @param value the value decoded as UTF-8; null if the record has no value
     */
    record DeadLetterDetails(
            DeadLetterView letter,
            String detail,
            @Nullable String keyBase64,
            @Nullable String valueBase64,
            @Nullable String value,
            List<DeadLetterHeader> headers) {

        /** Returns these details without the payload. The detail and the headers may contain parts of it. */
        DeadLetterDetails masked() {
            return new DeadLetterDetails(
                    letter.masked(),
                    MASKED,
                    null,
                    null,
                    MASKED,
                    headers.stream()
                            .map(header -> new DeadLetterHeader(header.name(), null))
                            .toList());
        }
    }

    /**
     * This record shows a header of the Kafka record.
     *
     * @param value the value decoded as UTF-8; null if the header has none
     */
    record DeadLetterHeader(String name, @Nullable String value) {}

    /** Returns this view without the payload. */
    public DeadLetterView masked() {
        return new DeadLetterView(
                id,
                source,
                state,
                topic,
                partition,
                offset,
                key,
                eventType,
                aggregateVersion,
                reason,
                retryCount,
                firstAt,
                lastAt,
                MASKED);
    }

    /** Returns the view of a dead letter that the projector recorded. */
    public static DeadLetterView of(DeadLetter deadLetter) {
        return new DeadLetterView(
                deadLetter.id(),
                PROJECTOR,
                DeadLetter.code(deadLetter.state()),
                deadLetter.topic(),
                deadLetter.partition(),
                deadLetter.offset(),
                text(deadLetter.key()),
                deadLetter.eventType(),
                deadLetter.aggregateVersion(),
                deadLetter.reason(),
                deadLetter.replayCount(),
                deadLetter.firstAt(),
                deadLetter.lastAt(),
                preview(
                        deadLetter.value() == null
                                ? new byte[0]
                                : deadLetter.value().getData()));
    }

    static DeadLetterDetails details(DeadLetter deadLetter) {
        return new DeadLetterDetails(
                of(deadLetter),
                deadLetter.detail(),
                base64(deadLetter.key()),
                base64(deadLetter.value()),
                text(deadLetter.value()),
                deadLetter.headers().stream()
                        .map(header -> new DeadLetterHeader(header.name(), text(header.value())))
                        .toList());
    }

    /** Returns the view of a row that a publisher dead-lettered. */
    static DeadLetterView of(OutboxEvent row, String topicPrefix) {
        Instant at = row.deadLetteredAt() == null ? row.createdAt() : row.deadLetteredAt();
        return new DeadLetterView(
                row.id().toString(),
                PUBLISHER,
                DeadLetter.code(DeadLetter.State.OPEN),
                topic(row.aggregateType(), topicPrefix),
                null,
                null,
                row.aggregateId(),
                row.eventType(),
                row.aggregateVersion(),
                String.valueOf(row.lastError()),
                row.retryCount(),
                row.createdAt(),
                at,
                preview(row.payload().getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the name of the topic of a type's events. */
    static String topic(String aggregateType, String topicPrefix) {
        return AggregateType.ofCode(aggregateType)
                .map(type -> type.topic(topicPrefix))
                .orElse(topicPrefix + aggregateType + ".v1");
    }

    static DeadLetterDetails details(OutboxEvent row, String topicPrefix) {
        return new DeadLetterDetails(
                of(row, topicPrefix),
                String.valueOf(row.lastError()),
                null,
                null,
                row.payload(),
                List.of(new DeadLetterHeader("outbox", row.headers())));
    }

    private static String preview(byte[] value) {
        return new String(value, 0, Math.min(value.length, PREVIEW_BYTES), StandardCharsets.UTF_8);
    }

    private static @Nullable String text(@Nullable Binary bytes) {
        return bytes == null ? null : new String(bytes.getData(), StandardCharsets.UTF_8);
    }

    private static @Nullable String base64(@Nullable Binary bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes.getData());
    }
}

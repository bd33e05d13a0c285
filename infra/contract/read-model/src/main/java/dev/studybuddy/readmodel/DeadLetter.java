package dev.studybuddy.readmodel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter is a record that the projector could not read or plan. A document of the collection {@link
 * Names#DEAD_LETTERS} holds the whole record, unless its value is omitted.
 *
 * @param id the id {@code <topic id>-<partition>-<offset>}, which the record determines, so that neither a rebuild nor
 *     an instance that has lost the partition creates a second dead letter for it
 * @param timestamp the timestamp of the record on its topic; null if the record had none or was stored without it
 * @param key the original key bytes; null if the record had no key
 * @param value the original value bytes; null if the record had no value, if the value was too large, or if MongoDB
 *     refused it
 * @param headers the original headers in their order
 * @param reason a short stable code, for example {@code schema-newer}
 * @param detail a description of the failure for a person
 * @param replayCount the number of earlier replays
 * @param eventType the event type in the headers of the record; null if they contain none
 * @param aggregateVersion the version of the aggregate in the headers of the record; null if they contain none
 * @param firstAt the time at which the projector created the dead letter
 * @param lastAt the time at which the state last changed, or {@code firstAt} before the first change
 * @param omittedValueBytes the size of a value that was too large to be stored, or that MongoDB refused; 0 if the value
 *     was erased because the aggregate was deleted; null if the value is stored or the record had none. A dead letter
 *     whose value is omitted may also lack its key and headers, and it cannot be replayed.
 */
public record DeadLetter(
        String id,
        State state,
        String topic,
        int partition,
        long offset,
        @Nullable Instant timestamp,
        @Nullable Binary key,
        @Nullable Binary value,
        List<Header> headers,
        String reason,
        String detail,
        int replayCount,
        @Nullable String eventType,
        @Nullable Long aggregateVersion,
        Instant firstAt,
        Instant lastAt,
        @Nullable Long omittedValueBytes) {

    /**
     * This field of the document states whether the dead letter was copied to its dead-letter topic. A document without
     * the field was copied before it was stored.
     */
    public static final String COPIED = "copied";

    private static final List<String> REMOVED_FIELDS = List.of(
            "topic",
            "partition",
            "offset",
            "timestamp",
            "key",
            "value",
            "headers",
            "detail",
            "retryCount",
            "eventType",
            "aggregateVersion",
            "valueOmitted",
            "valueBytes",
            "copyRefused",
            COPIED);

    private static final Number NUMBER_ZERO = 0L;

    /** A header is one header of the original record. Kafka allows a null value. */
    public record Header(String name, @Nullable Binary value) {}

    /** A dead letter is open until an operator replays or discards it. */
    public enum State {
        OPEN,
        REPLAYED,
        DISCARDED
    }

    public DeadLetter {
        headers = List.copyOf(headers);
    }

    /** Creates a dead letter of a record without a timestamp. The dead letter holds the whole value. */
    public DeadLetter(
            String id,
            State state,
            String topic,
            int partition,
            long offset,
            @Nullable Binary key,
            @Nullable Binary value,
            List<Header> headers,
            String reason,
            String detail,
            int replayCount,
            @Nullable String eventType,
            @Nullable Long aggregateVersion,
            Instant firstAt,
            Instant lastAt) {
        this(
                id,
                state,
                topic,
                partition,
                offset,
                null,
                key,
                value,
                headers,
                reason,
                detail,
                replayCount,
                eventType,
                aggregateVersion,
                firstAt,
                lastAt,
                null);
    }

    /** Returns whether the value was too large to be stored, was refused by MongoDB, or was erased. */
    public boolean isValueOmitted() {
        return omittedValueBytes != null;
    }

    /** Returns whether the value was erased because the aggregate was deleted. */
    public boolean isErased() {
        return omittedValueBytes != null && omittedValueBytes == 0;
    }

    /**
     * Returns the update that erases the content of a dead letter whose aggregate was deleted. The update also sets
     * {@link #COPIED}, so that no copy is sent afterwards.
     */
    public static Document erasure() {
        return new Document("$unset", new Document("value", "").append("timestamp", ""))
                .append(
                        "$set",
                        new Document("headers", List.of())
                                .append("detail", "")
                                .append("valueOmitted", true)
                                .append("valueBytes", 0L)
                                .append(COPIED, true));
    }

    /**
     * Returns a copy of a dead letter's document that holds the size of the value instead of the value.
     *
     * @param deadLetter the document, which must have a value that is not empty
     * @param detail the new description of the failure
     */
    public static Document omitValue(Document deadLetter, String detail) {
        Binary value = Objects.requireNonNull(deadLetter.get("value", Binary.class), "the dead letter has no value");
        return new Document(deadLetter)
                .append("value", null)
                .append("valueOmitted", true)
                .append("valueBytes", (long) value.length())
                .append("detail", detail);
    }

    /** Returns the update that removes all fields of a dead letter except its id, state, reason and times. */
    public static Document removal() {
        Document fields = new Document();
        REMOVED_FIELDS.forEach(field -> fields.append(field, ""));
        return new Document("$unset", fields);
    }

    /** Returns the document that holds this dead letter. */
    public Document toDocument() {
        List<Document> kept = new ArrayList<>();
        headers.forEach(header -> kept.add(new Document("name", header.name()).append("value", header.value())));
        Document document = new Document("_id", id)
                .append("state", code(state))
                .append("topic", topic)
                .append("partition", partition)
                .append("offset", offset)
                .append("timestamp", timestamp == null ? null : Date.from(timestamp))
                .append("key", key)
                .append("value", value)
                .append("headers", kept)
                .append("reason", reason)
                .append("detail", detail)
                .append("retryCount", replayCount)
                .append("eventType", eventType)
                .append("aggregateVersion", aggregateVersion)
                .append("firstAt", Date.from(firstAt))
                .append("lastAt", Date.from(lastAt));
        if (omittedValueBytes != null) {
            document.append("valueOmitted", true).append("valueBytes", omittedValueBytes);
        }
        return document;
    }

    /**
     * Reads a document that {@link #toDocument} wrote, even after the update of {@link #erasure} or {@link #removal}.
     * After {@link #removal}, the topic and the detail are empty. A document that was written by hand may lack any
     * field or have a value of another type: a text is then empty, a number is 0, a required time is 1970, and the
     * state is {@code open}.
     */
    public static DeadLetter of(Document document) {
        Date timestamp = value(document, "timestamp", Date.class);
        Number version = value(document, "aggregateVersion", Number.class);
        Number omitted =
                Boolean.TRUE.equals(document.get("valueOmitted")) ? value(document, "valueBytes", Number.class) : null;
        return new DeadLetter(
                String.valueOf(document.get("_id")),
                state(document),
                text(document, "topic"),
                number(document, "partition").intValue(),
                number(document, "offset").longValue(),
                timestamp == null ? null : timestamp.toInstant(),
                value(document, "key", Binary.class),
                value(document, "value", Binary.class),
                headers(document),
                text(document, "reason"),
                text(document, "detail"),
                number(document, "retryCount").intValue(),
                value(document, "eventType", String.class),
                version == null ? null : version.longValue(),
                time(document, "firstAt"),
                time(document, "lastAt"),
                omitted == null ? null : Long.valueOf(omitted.longValue()));
    }

    private static State state(Document document) {
        String code = text(document, "state");
        return Stream.of(State.values())
                .filter(state -> code(state).equals(code))
                .findFirst()
                .orElse(State.OPEN);
    }

    private static List<Header> headers(Document document) {
        List<Header> headers = new ArrayList<>();
        if (document.get("headers") instanceof List<?> stored) {
            for (Object one : stored) {
                if (one instanceof Document header) {
                    headers.add(new Header(text(header, "name"), value(header, "value", Binary.class)));
                }
            }
        }
        return headers;
    }

    /** Returns a document's field as a time, or the beginning of 1970 if the field holds no time. */
    public static Instant time(Document document, String field) {
        Date time = value(document, field, Date.class);
        return time == null ? Instant.EPOCH : time.toInstant();
    }

    private static String text(Document document, String field) {
        return Objects.requireNonNullElse(value(document, field, String.class), "");
    }

    private static Number number(Document document, String field) {
        return Objects.requireNonNullElse(value(document, field, Number.class), NUMBER_ZERO);
    }

    private static <T> @Nullable T value(Document document, String field, Class<T> type) {
        Object value = document.get(field);
        return type.isInstance(value) ? type.cast(value) : null;
    }

    /** Returns the code of a state in documents and in REST, for example {@code open}. */
    public static String code(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}

package dev.studybuddy.outbox;

/**
 * Names the headers of a record, which follow the binary mode of the Kafka binding of CloudEvents 1.0, with extensions.
 * The values are UTF-8 text.
 */
public final class EventHeaders {

    /** This header holds the version of CloudEvents, {@link #SPEC_VERSION_VALUE}. */
    public static final String SPEC_VERSION = "ce_specversion";

    /** This header holds the id of the outbox row. */
    public static final String ID = "ce_id";
    /** This header holds the event type, for example {@code todo.created}. */
    public static final String TYPE = "ce_type";

    /** This header names the system that wrote the event. */
    public static final String SOURCE = "ce_source";
    /**
     * This header holds the time of the event's creation by the database's clock. It is a hint and defines no order. A
     * time before the year 0 or after the year 9999 is clamped, because RFC 3339 has four digits for a year.
     */
    public static final String TIME = "ce_time";
    /** This header holds the id of the aggregate. */
    public static final String SUBJECT = "ce_subject";

    /** This header holds the media type of the value, {@link #JSON}. */
    public static final String CONTENT_TYPE = "content-type";

    /** This header holds the type of the aggregate, for example {@code todo}. */
    public static final String AGGREGATE_TYPE = "ce_aggregatetype";

    /** This header holds the version of the aggregate after the event, a whole number from 1 on. */
    public static final String AGGREGATE_VERSION = "ce_aggregateversion";

    /** This header holds the schema of the value, a whole number from 1 on. */
    public static final String SCHEMA_VERSION = "ce_schemaversion";
    /**
     * This header holds the W3C trace context of the request that wrote the event. It is absent if there was no
     * context.
     */
    public static final String TRACE_PARENT = "traceparent";
    /**
     * This header counts the replays of the record from the projector's dead letters. An absent header means 0. The
     * outbox column of the same name counts something else: the refused attempts to publish an event.
     */
    public static final String REPLAY_COUNT = "retry_count";

    /** The header {@link #SPEC_VERSION} has this value. */
    public static final String SPEC_VERSION_VALUE = "1.0";
    /** The header {@link #CONTENT_TYPE} has this value. */
    public static final String JSON = "application/json";

    private EventHeaders() {}
}

package dev.studybuddy.outbox;

/**
 * Names of the record headers: CloudEvents 1.0 in the binary mode of its Kafka binding, with extensions.
 * Values are UTF-8 text.
 */
public final class EventHeaders {

    public static final String SPEC_VERSION = "ce_specversion";
    /** The outbox row's id. */
    public static final String ID = "ce_id";
    /** The event type, for example {@code todo.created}. */
    public static final String TYPE = "ce_type";

    public static final String SOURCE = "ce_source";
    /** When the event was written, by the database's clock; a hint, never an order. */
    public static final String TIME = "ce_time";
    /** The aggregate's id. */
    public static final String SUBJECT = "ce_subject";

    public static final String CONTENT_TYPE = "content-type";
    public static final String AGGREGATE_TYPE = "ce_aggregatetype";
    public static final String AGGREGATE_VERSION = "ce_aggregateversion";
    public static final String SCHEMA_VERSION = "ce_schemaversion";
    /** W3C trace context of the request that wrote the event; absent where there was none. */
    public static final String TRACE_PARENT = "traceparent";
    /** How often this record was replayed from the dead letters; absent is 0. */
    public static final String RETRY_COUNT = "retry_count";

    /** What {@link #SPEC_VERSION} says. */
    public static final String SPEC_VERSION_VALUE = "1.0";
    /** What {@link #CONTENT_TYPE} says. */
    public static final String JSON = "application/json";

    private EventHeaders() {}
}

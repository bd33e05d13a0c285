package dev.studybuddy.outbox;

/** Locates the Flyway scripts of the outbox and states the version that this contract needs. */
public final class OutboxSchema {

    /** This Flyway location contains the scripts, which are independent of any domain. */
    public static final String LOCATION = "classpath:db/outbox";

    /**
     * The scripts have their own Flyway history table, so that another system can run them in addition to its own
     * scripts.
     */
    public static final String HISTORY_TABLE = "outbox_schema_history";

    /** Writers and publishers of this contract need at least this version of the schema. */
    public static final int REQUIRED_VERSION = 11;

    private OutboxSchema() {}
}

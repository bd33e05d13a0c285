package dev.studybuddy.outbox;

/** Where the outbox's Flyway scripts are, and which version of them this contract needs. */
public final class OutboxSchema {

    /** Flyway location of the scripts; they know no domain. */
    public static final String LOCATION = "classpath:db/outbox";

    /** Flyway history table of their own, so that another system can have them beside its scripts. */
    public static final String HISTORY_TABLE = "outbox_schema_history";

    /** The newest script that writers and publishers of this contract rely on. */
    public static final int REQUIRED_VERSION = 6;

    private OutboxSchema() {}
}

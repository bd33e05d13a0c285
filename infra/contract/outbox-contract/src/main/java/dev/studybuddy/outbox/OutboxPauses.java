package dev.studybuddy.outbox;

/** Names the values of the table {@code outbox_pause}, in which operators pause types. */
public final class OutboxPauses {

    /** This value of the column {@code aggregate_type} pauses all types, including those that no row names. */
    public static final String ALL = "*";

    private OutboxPauses() {}
}

package dev.studybuddy.outbox;

/** Defines the texts in the column {@code last_error} that several services use. */
public final class RowErrors {

    /**
     * The publisher writes this text at the beginning of {@code last_error} if the database cannot return the content
     * of the row. A statement that converts this content to text can fail or take many seconds.
     */
    public static final String UNREADABLE_CONTENT = "the database cannot return the content of the row";

    private RowErrors() {}
}

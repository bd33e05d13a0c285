package dev.studybuddy.publisher.publish;

/** What is counted and told of publishing. */
public interface PublishListener {

    /** Acknowledged, so long after it was written. */
    void published(OutboxRow row, long ageNanos);

    /** Acknowledged rows that another had marked already: they are on their topic twice. */
    void repeated(int rows);

    /** A refused record, by the reason; dead-lettered when it was the last attempt. */
    void refused(OutboxRow row, String reason, boolean deadLettered);

    /** Rows of one page that were new. */
    void read(int rows);
}

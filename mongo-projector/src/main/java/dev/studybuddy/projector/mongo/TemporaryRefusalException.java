package dev.studybuddy.projector.mongo;

/**
 * This exception reports that the server refuses a write now, for a reason that does not concern the document. The
 * batch is not applied; its plan stays in the journal, and the partition retries it after a wait. Other partitions can
 * continue.
 */
public final class TemporaryRefusalException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String collection;
    private final String documentId;
    private final int code;

    /**
     * Creates an exception for one refused write.
     *
     * @param collection the collection of the refused write
     * @param documentId the id of its document
     * @param refusal the server's answer
     */
    public TemporaryRefusalException(String collection, String documentId, WriteRefusal refusal) {
        super("MongoDB refuses a write of " + collection + '/' + documentId + " now, with code " + refusal.code() + ": "
                + refusal.message());
        this.collection = collection;
        this.documentId = documentId;
        this.code = refusal.code();
    }

    /** Returns the collection of the refused write. */
    public String collection() {
        return collection;
    }

    /** Returns the id of the document of the refused write. */
    public String documentId() {
        return documentId;
    }

    /** Returns the server's error code. */
    public int code() {
        return code;
    }
}

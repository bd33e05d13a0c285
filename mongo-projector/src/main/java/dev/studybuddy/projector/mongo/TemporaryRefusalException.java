package dev.studybuddy.projector.mongo;

/**
 * This exception reports that the server refuses a write now, and that the partition must not continue without this
 * write. The reason is that the code does not concern the document, or that the write is a decision, an update of a
 * position or a mark of a broken document. The batch is not applied. If it was decided, its plan stays in the journal.
 * The partition reads the journal again after a wait. Other partitions can continue, and the fenced session stays
 * usable.
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

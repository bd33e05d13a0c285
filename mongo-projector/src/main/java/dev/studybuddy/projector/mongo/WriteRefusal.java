package dev.studybuddy.projector.mongo;

/**
 * A refusal is a write of a bulk that the server rejects permanently, that is, until the document or the write changes.
 *
 * @param index the position of the write in the list of writes, which starts at 0
 * @param code the server's error code
 */
public record WriteRefusal(int index, int code, String message) {

    private static final int DUPLICATE_KEY = 11000;

    /** Returns whether a document with the same {@code _id} exists and the condition of the write does not match it. */
    public boolean isDuplicateKey() {
        return code == DUPLICATE_KEY;
    }
}

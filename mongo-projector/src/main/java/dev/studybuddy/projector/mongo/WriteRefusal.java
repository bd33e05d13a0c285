package dev.studybuddy.projector.mongo;

import java.util.Set;

/**
 * A refusal is a write of a bulk that the server did not execute.
 *
 * @param index the position of the write in the list of writes, which starts at 0
 * @param code the server's error code
 * @param message the server's error message
 */
public record WriteRefusal(int index, int code, String message) {

    /** A kind states what an error code proves about a write. */
    public enum Kind {
        /** A document with the same {@code _id} exists, and the condition of the write does not match it. */
        DUPLICATE_KEY,
        /** The server refuses the write until the document or the write changes. */
        PERMANENT,
        /**
         * The server refuses the write now. The error concerns the server, the collection or the cluster, or it has a
         * code that this release does not list. A later attempt can succeed.
         */
        TEMPORARY
    }

    private static final int DUPLICATE_KEY_CODE = 11000;

    /**
     * These codes concern the document or the write itself. Their names in MongoDB are BadValue, FailedToParse,
     * TypeMismatch, InvalidBSON, PathNotViable, ConflictingUpdateOperators, DollarPrefixedFieldName, InvalidIdField,
     * EmptyFieldName, DottedFieldName, ImmutableField, DocumentValidationFailure, CannotIndexParallelArrays,
     * BSONObjectTooLarge and KeyTooLong. Codes 17150, 17419 and 17420 have no names; they report a document that is, or
     * would become, too large.
     */
    private static final Set<Integer> PERMANENT_CODES =
            Set.of(2, 9, 14, 22, 28, 40, 52, 53, 56, 57, 66, 121, 171, 10334, 17150, 17280, 17419, 17420);

    /** Returns what the code proves. A code that is not listed never proves that the refusal is permanent. */
    public Kind kind() {
        if (code == DUPLICATE_KEY_CODE) {
            return Kind.DUPLICATE_KEY;
        }
        return PERMANENT_CODES.contains(code) ? Kind.PERMANENT : Kind.TEMPORARY;
    }

    /** Returns whether a document with the same {@code _id} exists and the condition of the write does not match it. */
    public boolean isDuplicateKey() {
        return kind() == Kind.DUPLICATE_KEY;
    }
}

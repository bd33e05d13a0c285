package dev.studybuddy.projector.readmodel;

/**
 * A write of a bulk that the server did not take, for good as long as nothing changes.
 *
 * @param index its place in the bulk
 * @param code the server's error code
 */
public record Refusal(int index, int code, String message) {

    private static final int DUPLICATE_KEY = 11000;

    /** Whether a document with that {@code _id} is there which the guard does not let pass. */
    public boolean duplicate() {
        return code == DUPLICATE_KEY;
    }
}

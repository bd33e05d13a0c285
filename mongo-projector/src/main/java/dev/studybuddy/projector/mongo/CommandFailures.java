package dev.studybuddy.projector.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import java.util.Set;

/** Distinguishes the failure of a command in an outage from a command that MongoDB refuses. */
final class CommandFailures {

    /**
     * An error with one of these codes reports an outage: the server or the primary is unavailable, changes its role,
     * or shuts down. Then no partition can write, and the circuit breaker counts the failure.
     */
    private static final Set<Integer> OUTAGE_CODES =
            Set.of(6, 7, 89, 91, 189, 216, 262, 317, 9001, 10107, 11600, 11602, 13388, 13435, 13436);

    /**
     * The text of the server may repeat the whole command with its documents, so only its first characters are kept.
     */
    private static final int MAX_TEXT_LENGTH = 200;

    private CommandFailures() {}

    /** Returns whether an error code reports an outage. */
    static boolean isOutage(int code) {
        return OUTAGE_CODES.contains(code);
    }

    /**
     * Returns the loss of a session whose last command failed.
     *
     * @param command the command and its collection, such as {@code find of todos_g1}
     */
    static FencedSessionLostException toFencedSessionLost(String command, MongoException failed) {
        if (failed instanceof MongoCommandException refused && !isOutage(refused.getErrorCode())) {
            return new FencedSessionLostException(
                    FencedSessionLostException.Cause.REFUSED_COMMAND,
                    "MongoDB refuses the command " + command + " now, with code " + refused.getErrorCode() + " ("
                            + refused.getErrorCodeName() + "): " + shorten(refused.getErrorMessage()),
                    failed);
        }
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "MongoDB: " + failed.getMessage(), failed);
    }

    private static String shorten(String text) {
        return text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text;
    }
}

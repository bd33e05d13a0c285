package dev.studybuddy.projector.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import java.util.Set;

/** Distinguishes the failure of a command in an outage from a command that MongoDB refuses. */
final class CommandFailures {

    /**
     * If a command fails with one of these codes, the server that responds shuts down or is no longer the primary. Then
     * no partition can write, and the circuit breaker counts the failure. A server that cannot reach another one, such
     * as the router of a sharded cluster whose shard is down, reports other codes (6, 7, 89, 133, 9001), which concern
     * only the data of that shard. If a router takes longer than the read timeout of the driver, 10 s, to find a
     * primary, MongoDB counts as not responding.
     */
    private static final Set<Integer> COMMAND_OUTAGE_CODES = Set.of(91, 189, 216, 10107, 11600, 11602, 13435, 13436);

    /**
     * If one write of a bulk fails with one of these codes, the primary steps down or shuts down, so the other writes
     * fail too. Code 91 is not among them, because a router reports it for the writes to a shard that shuts down.
     */
    private static final Set<Integer> WRITE_OUTAGE_CODES = Set.of(189, 10107, 11600, 11602, 13435);

    /**
     * The text of the server may repeat the whole command with its documents, so only its first characters are kept.
     */
    private static final int MAX_TEXT_LENGTH = 200;

    private CommandFailures() {}

    /** Returns whether the error code of one write of a bulk reports an outage. */
    static boolean isOutageOfWrite(int code) {
        return WRITE_OUTAGE_CODES.contains(code);
    }

    /** Returns the loss of a session whose ping failed. A ping concerns no collection, so every failure is an outage. */
    static FencedSessionLostException toOutage(MongoException failed) {
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "MongoDB: " + failed.getMessage(), failed);
    }

    /**
     * Returns the loss of a session whose last command failed.
     *
     * @param command the command and its collection, such as {@code find of todos_g1}
     */
    static FencedSessionLostException toFencedSessionLost(String command, MongoException failed) {
        if (failed instanceof MongoCommandException refused && !COMMAND_OUTAGE_CODES.contains(refused.getErrorCode())) {
            return new FencedSessionLostException(
                    FencedSessionLostException.Cause.REFUSED_COMMAND,
                    "MongoDB refuses the command " + command + " now, with code " + refused.getErrorCode() + " ("
                            + refused.getErrorCodeName() + "): " + shorten(refused.getErrorMessage()),
                    failed);
        }
        return toOutage(failed);
    }

    private static String shorten(String text) {
        return text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text;
    }
}

package dev.studybuddy.publisher.model;

import org.jspecify.annotations.Nullable;

/**
 * The memory of a publisher.
 *
 * @param acknowledged the events that the broker acknowledged to this publisher
 * @param started the number of sessions that the publisher started
 */
record Publisher(int acknowledged, int started, @Nullable Session session) {

    static Publisher initial() {
        return new Publisher(0, 0, null);
    }

    Publisher withSession(Session changed) {
        return new Publisher(acknowledged, started, changed);
    }

    Publisher endSession() {
        return new Publisher(acknowledged, started, null);
    }

    /** Returns the publisher without what the table shows as well. */
    Publisher prune(int processed) {
        return new Publisher(acknowledged & ~processed, started, session == null ? null : session.prune(processed));
    }

    String encode() {
        StringBuilder code = new StringBuilder();
        code.append((char) acknowledged).append((char) started);
        if (session == null) {
            code.append('-');
        } else {
            session.encode(code.append('+'));
        }
        return code.toString();
    }
}

package dev.studybuddy.publisher.model;

import org.jspecify.annotations.Nullable;

/**
 * This record holds the memory of a publisher.
 *
 * @param acknowledged the events that the broker acknowledged to this publisher
 * @param started the number of sessions that the publisher started
 */
record PublisherMemory(
        int acknowledged, int started, @Nullable OpenProducerSession session) {

    static PublisherMemory initial() {
        return new PublisherMemory(0, 0, null);
    }

    PublisherMemory withSession(OpenProducerSession changed) {
        return new PublisherMemory(acknowledged, started, changed);
    }

    PublisherMemory endSession() {
        return new PublisherMemory(acknowledged, started, null);
    }

    /** Returns the memory without the events that the table shows as processed. */
    PublisherMemory prune(int processed) {
        return new PublisherMemory(
                acknowledged & ~processed, started, session == null ? null : session.prune(processed));
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

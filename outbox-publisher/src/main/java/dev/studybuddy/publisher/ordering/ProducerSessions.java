package dev.studybuddy.publisher.ordering;

/**
 * Defines the number that stands for no producer session. Each session of a process has a different number, from 1 on.
 */
public final class ProducerSessions {

    /** While the session has this number, each row is sent alone. */
    public static final long NONE = 0;

    private ProducerSessions() {}
}

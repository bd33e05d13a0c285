package dev.studybuddy.publisher.ordering;

/** Numbers producer sessions. Two sessions of one process never have the same number. */
public final class ProducerSessions {

    /** This number stands for the absence of a session. Each row is then sent alone. */
    public static final long NONE = 0;

    private ProducerSessions() {}
}

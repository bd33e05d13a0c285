package dev.studybuddy.publisher.simulation;

/** Represents a producer session, which has one batch at a time in flight. */
final class SimulatedSession {

    final long number;
    boolean open = true;

    SimulatedSession(long number) {
        this.number = number;
    }
}

package dev.studybuddy.publisher.simulation;

/** Represents the life of one producer that has one batch at a time in flight. */
final class SimulatedSession {

    final long number;
    boolean open = true;

    SimulatedSession(long number) {
        this.number = number;
    }
}

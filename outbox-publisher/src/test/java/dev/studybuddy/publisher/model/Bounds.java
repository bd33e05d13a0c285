package dev.studybuddy.publisher.model;

import java.util.stream.IntStream;

/**
 * This record holds the bounds of an exploration. The events are numbered: the versions of the first aggregate, then
 * those of the second one. A set of events is a bit mask of their numbers.
 *
 * @param publishers the number of publishers, which share the table and have no leases
 * @param aggregates the number of aggregates, which share one partition
 * @param versions the number of versions of each aggregate
 * @param sessions the number of producer sessions that each publisher may start, if sequence numbers are modelled
 * @param batchEvents the highest number of events in one batch
 * @param requestsInFlight the highest number of requests of one session that have no response yet
 */
record Bounds(int publishers, int aggregates, int versions, int sessions, int batchEvents, int requestsInFlight) {

    IntStream events() {
        return IntStream.range(0, aggregates * versions);
    }

    /**
     * Returns whether the model has sequence numbers. With one request in flight it has none: the broker drops the
     * state of each producer at once and accepts every batch. A broker that keeps the state only refuses more.
     */
    boolean isNumbered() {
        return requestsInFlight > 1;
    }

    /** Returns the number of producers that the broker distinguishes. */
    int producers() {
        return isNumbered() ? publishers * sessions : 0;
    }

    /** Returns the number of the next session of a publisher. Sessions without sequence numbers need no number. */
    int producer(int publisher, int started) {
        return isNumbered() ? publisher * sessions + started : 0;
    }

    /** Returns whether a publisher may start a further session. Without sequence numbers, it may start any number. */
    boolean mayStart(int started) {
        return !isNumbered() || started < sessions;
    }

    /** Returns whether the event has version 1. */
    boolean isFirst(int event) {
        return event % versions == 0;
    }

    /** Returns the events of the same aggregate with a lower version. */
    int earlier(int event) {
        int first = event - event % versions;
        return Masks.of(event) - Masks.of(first);
    }

    String name(int event) {
        return (char) ('a' + event / versions) + Integer.toString(event % versions + 1);
    }
}

package dev.studybuddy.publisher.model;

import java.util.List;

/** Represents sets of events as bit masks. */
final class Masks {

    private Masks() {}

    static int of(int event) {
        return 1 << event;
    }

    static int of(List<Integer> events) {
        return events.stream().mapToInt(Masks::of).reduce(0, (left, right) -> left | right);
    }

    static boolean contains(int mask, int event) {
        return (mask & of(event)) != 0;
    }
}

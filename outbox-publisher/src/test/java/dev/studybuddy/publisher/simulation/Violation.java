package dev.studybuddy.publisher.simulation;

/** A violation is a guarantee that a history broke. */
record Violation(Kind kind, String what) {

    enum Kind {
        /** The first occurrence of a version came before that of an earlier version that was never dead-lettered. */
        OUT_OF_ORDER,
        /** A version never arrived, though it was never dead-lettered. */
        LOST,
        /** A row was still pending, or a shard had no owner, after a long time without faults. */
        NO_END,
        /** One instance had two events of one aggregate in flight that did not belong to the same producer session. */
        TWO_OF_ONE_AGGREGATE,
        /** Two instances had events of one shard in flight, and no freeze fell inside a send. */
        TWO_INSTANCES
    }
}

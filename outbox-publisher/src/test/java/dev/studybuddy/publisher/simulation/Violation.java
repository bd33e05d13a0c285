package dev.studybuddy.publisher.simulation;

/** A promise that a history broke. */
record Violation(Kind kind, String what) {

    enum Kind {
        /** A version's first occurrence came before an earlier version's. */
        OUT_OF_ORDER,
        /** A version that never came, though it was never dead-lettered. */
        LOST,
        /** A row that was still pending when all had been quiet for long, or a shard that nobody owned. */
        NO_END,
        /** One instance had two events of one aggregate in flight. */
        TWO_OF_ONE_AGGREGATE,
        /** Two instances had events of one shard in flight, and no pause fell inside a send. */
        TWO_INSTANCES
    }
}

package dev.studybuddy.projector.journal;

/** Creates plans. The interface exists because tests replace the planner by faulty ones. */
@FunctionalInterface
interface PlanFactory {

    /** Begins the plan of a batch, and returns the builder to which the caller adds the records. */
    PlanBuilder begin();
}

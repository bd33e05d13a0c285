package dev.studybuddy.projector.journal;

/** Creates the builders of plans. This type is an interface so that tests can replace the planner by a faulty one. */
@FunctionalInterface
interface PlanFactory {

    /** Begins the plan of a batch, and returns the builder to which the caller adds the records. */
    PlanBuilder begin();
}

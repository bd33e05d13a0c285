package dev.studybuddy.projector.journal;

/** Creates plans. The interface exists because tests replace the planner by faulty ones. */
@FunctionalInterface
interface PlanFactory {

    /** Returns the plan of an empty batch, to which the caller adds records. */
    PlanBuilder begin();
}

package dev.studybuddy.publisher.model;

/**
 * This record is a step of a history.
 *
 * @param detail the publisher, the event or the batch that the step concerns
 * @param isOrdered whether each first occurrence on the log still follows those of the earlier versions
 */
record Step(Action action, String detail, State next, boolean isOrdered) {}

/**
 * This package defines the events of StudyBuddy. It lists the aggregates, the fields of their states and the form of a
 * state on a topic.
 */
@NullMarked
package dev.studybuddy.contract;

import org.jspecify.annotations.NullMarked;

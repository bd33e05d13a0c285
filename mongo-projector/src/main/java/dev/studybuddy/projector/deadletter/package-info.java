/**
 * This package stores records that cannot be projected. It stores each of them once and whole, with its reason, and
 * copies it to its dead-letter topic.
 */
@NullMarked
package dev.studybuddy.projector.deadletter;

import org.jspecify.annotations.NullMarked;

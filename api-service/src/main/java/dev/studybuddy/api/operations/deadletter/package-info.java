/**
 * This package serves the operators' requests about dead letters. An operator can list them, read one with all its
 * details, replay it, or discard it.
 */
@NullMarked
package dev.studybuddy.api.operations.deadletter;

import org.jspecify.annotations.NullMarked;

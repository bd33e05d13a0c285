/**
 * This package serves dead letters to operators. An operator can list and group them, read one with all its details,
 * replay or discard it, and start a job that replays or discards many. The package also erases the content of the dead
 * letters of deleted aggregates, and removes the records of old dead letters.
 */
@NullMarked
package dev.studybuddy.api.operations.deadletter;

import org.jspecify.annotations.NullMarked;

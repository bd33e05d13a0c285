/** This package reads and writes the outbox table. */
@NullMarked
package dev.studybuddy.publisher.outbox;

import org.jspecify.annotations.NullMarked;

/**
 * This package runs background threads. A thread runs one round, catches and logs an error, and waits until it is
 * woken, due or stopped.
 */
@NullMarked
package dev.studybuddy.publisher.loop;

import org.jspecify.annotations.NullMarked;

/**
 * This package decides which row of an aggregate may be sent next.
 *
 * <p>It holds the predecessor rule in memory and imports no loop, no SQL and no framework.
 */
@NullMarked
package dev.studybuddy.publisher.ordering;

import org.jspecify.annotations.NullMarked;

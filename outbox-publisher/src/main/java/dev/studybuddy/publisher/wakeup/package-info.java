/**
 * This package receives wake-ups by UDP and sends them to successors. Delivery is best effort: polls find every event
 * without them.
 */
@NullMarked
package dev.studybuddy.publisher.wakeup;

import org.jspecify.annotations.NullMarked;

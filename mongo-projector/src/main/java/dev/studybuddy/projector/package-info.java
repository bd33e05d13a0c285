/**
 * This package starts the program. It holds the settings, and it creates the clocks, the clients of Kafka and the
 * stores that the other packages share. It also defines how background work starts and stops.
 */
@NullMarked
package dev.studybuddy.projector;

import org.jspecify.annotations.NullMarked;

/**
 * This package starts the program. It holds the settings, and it creates the clocks and the clients that the other
 * packages share.
 */
@NullMarked
package dev.studybuddy.projector;

import org.jspecify.annotations.NullMarked;

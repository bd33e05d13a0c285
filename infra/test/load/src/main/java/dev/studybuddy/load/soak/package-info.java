/**
 * This package samples a local stack during a long load.
 *
 * <p>A recorder's thread {@code waits until the next interval is over → reads the load, the processes and the stores →
 * appends a line to the file → …} until the load has ended. Its memory does not grow with the number of samples.
 */
@NullMarked
package dev.studybuddy.load.soak;

import org.jspecify.annotations.NullMarked;

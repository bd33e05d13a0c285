/**
 * What the servers allow at most, and the loop that the system had before: each as little code as can be, without leases,
 * retries or order across faults. Not relays to use.
 */
@NullMarked
package dev.studybuddy.bench.relays.limits;

import org.jspecify.annotations.NullMarked;

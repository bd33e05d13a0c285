/**
 * This package measures the raw limits of the servers and the original loop of this system.
 *
 * <p>The programs have as little code as possible: no leases, no retries and no order across faults. They must not be
 * used as relays.
 */
@NullMarked
package dev.studybuddy.bench.relays.limits;

import org.jspecify.annotations.NullMarked;

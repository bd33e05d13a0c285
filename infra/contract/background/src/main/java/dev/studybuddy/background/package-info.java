/**
 * This package runs background work in rounds.
 *
 * <pre>
 * start ──▶ round ──▶ wait until woken, due or stopped ──▶ round …
 *             ├── exception: log once for each outage, wait with backoff ──▶ round …
 *             └── error: log, the thread ends, the error handler runs
 * stop  ──▶ the current round ends, or is interrupted after a time ──▶ the thread ends
 * </pre>
 */
@NullMarked
package dev.studybuddy.background;

import org.jspecify.annotations.NullMarked;

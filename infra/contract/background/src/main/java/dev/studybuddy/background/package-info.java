/**
 * This package runs background work in rounds.
 *
 * <pre>
 * start ──▶ round ──▶ wait until woken, due or stopped ──▶ round …
 *             └── throws: log once for each outage, wait with backoff ──▶ round …
 * stop  ──▶ the round that runs ends, then the thread ends
 * </pre>
 */
@NullMarked
package dev.studybuddy.background;

import org.jspecify.annotations.NullMarked;

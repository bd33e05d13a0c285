/**
 * This package streams the state of the pipeline to operators. One builder serves all streams of an instance, and
 * builds no status while no stream is open:
 *
 * <pre>
 * ConsoleStatusBuilder --status--> StatusFeed --newest status--> StatusSubscription --event--> StatusStreamController
 * </pre>
 *
 * <p>A subscription holds at most one status; a newer one replaces it. A slow client therefore misses statuses, but
 * the service queues none for it.
 */
@NullMarked
package dev.studybuddy.api.operations.status;

import org.jspecify.annotations.NullMarked;

/**
 * This package streams the state of the pipeline to operators. One sampler serves all streams of an instance, and no
 * sample is taken while no stream is open:
 *
 * <pre>
 * PipelineSampler --sample--> StatusFeed --newest sample--> StatusSubscription --event--> StatusStreamController
 * </pre>
 *
 * <p>A subscription holds at most one status; a newer one replaces it. A slow client therefore misses statuses, but
 * the service queues none for it.
 */
@NullMarked
package dev.studybuddy.api.operations.status;

import org.jspecify.annotations.NullMarked;

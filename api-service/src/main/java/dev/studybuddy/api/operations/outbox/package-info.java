/**
 * This package serves the operators' requests about the outbox. An operator can trigger a sync, list the stuck and
 * dead-lettered events with their reasons, retry or discard an event, read the timeline of an aggregate's events, and
 * pause the publishing of a type.
 */
@NullMarked
package dev.studybuddy.api.operations.outbox;

import org.jspecify.annotations.NullMarked;

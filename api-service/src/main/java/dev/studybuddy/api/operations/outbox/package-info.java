/**
 * This package serves the operators' requests about the outbox. An operator can trigger a sync, list the stuck and
 * dead-lettered events with their reasons, retry an event, or discard it.
 */
@NullMarked
package dev.studybuddy.api.operations.outbox;

import org.jspecify.annotations.NullMarked;

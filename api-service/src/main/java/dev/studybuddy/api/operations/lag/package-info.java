/**
 * This package measures the lag of each stage. The stages are the outbox, the consumer groups, and MongoDB as a whole.
 */
@NullMarked
package dev.studybuddy.api.operations.lag;

import org.jspecify.annotations.NullMarked;

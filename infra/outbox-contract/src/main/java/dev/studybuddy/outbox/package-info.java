/** Answers for what every writer of the outbox table and every publisher must agree on. */
@NullMarked
package dev.studybuddy.outbox;

import org.jspecify.annotations.NullMarked;

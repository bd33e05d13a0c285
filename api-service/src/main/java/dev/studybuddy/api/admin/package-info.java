/** Answers for an operator's hand on the outbox: to hurry it, to see what is stuck and why, to retry or discard it. */
@NullMarked
package dev.studybuddy.api.admin;

import org.jspecify.annotations.NullMarked;

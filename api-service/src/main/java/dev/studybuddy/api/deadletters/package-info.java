/** Answers for what could not be sent or read: to see it whole, to send it again, to discard it. */
@NullMarked
package dev.studybuddy.api.deadletters;

import org.jspecify.annotations.NullMarked;

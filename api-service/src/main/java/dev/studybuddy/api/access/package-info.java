/** Answers for who calls and what they may: bearer tokens, the open mode of a development machine, rate limits. */
@NullMarked
package dev.studybuddy.api.access;

import org.jspecify.annotations.NullMarked;

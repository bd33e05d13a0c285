/** Answers for background threads: run one round, catch and log, wait until woken, due or stopped. */
@NullMarked
package dev.studybuddy.publisher.loop;

import org.jspecify.annotations.NullMarked;

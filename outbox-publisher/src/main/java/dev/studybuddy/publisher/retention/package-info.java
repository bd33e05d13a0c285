/** Answers for taking processed rows out of the outbox: in small pages, never what is pending or dead-lettered. */
@NullMarked
package dev.studybuddy.publisher.retention;

import org.jspecify.annotations.NullMarked;

/**
 * This package deletes processed rows from the outbox in small pages, along the index of processed rows. It never
 * deletes a pending or dead-lettered row.
 */
@NullMarked
package dev.studybuddy.publisher.retention;

import org.jspecify.annotations.NullMarked;

/** This package defines the contract between the writers of the outbox table and the publishers. */
@NullMarked
package dev.studybuddy.outbox;

import org.jspecify.annotations.NullMarked;

/**
 * This package answers reads from MongoDB so that callers can read their own writes. A write returns a consistency
 * token. A read that presents the token waits until MongoDB shows the write, and CockroachDB answers if MongoDB is
 * unavailable.
 */
@NullMarked
package dev.studybuddy.api.consistency;

import org.jspecify.annotations.NullMarked;

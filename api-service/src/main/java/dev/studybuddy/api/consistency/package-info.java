/**
 * This package answers reads from MongoDB so that callers can read their own writes. A write returns a consistency
 * token. A read that presents the token waits for a limited time until MongoDB shows the write, and its answer states
 * whether it includes the write. If MongoDB is unavailable, CockroachDB answers most reads.
 */
@NullMarked
package dev.studybuddy.api.consistency;

import org.jspecify.annotations.NullMarked;

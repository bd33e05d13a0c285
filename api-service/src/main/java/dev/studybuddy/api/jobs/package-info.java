/**
 * Answers for long work that an operator or a request starts: it is recorded in {@code jobs}, done by one instance at a
 * time under a lease, and taken over from its cursor when that instance dies.
 *
 * <pre>
 *   queued ──claim──> running ──────────────> done
 *     │                │  │ ^
 *     │                │  └─┴── lease expired or an outage: taken over (epoch + 1), from the cursor
 *     │                ├── a mistake, or too many outages ──> failed
 *     └── cancel ──────┴── cancel, at the next step ────────> cancelled
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.jobs;

import org.jspecify.annotations.NullMarked;

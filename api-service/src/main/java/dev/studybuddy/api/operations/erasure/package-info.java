/**
 * This package erases the personal data of deleted users, todos and sessions. The event of each deletion inserts a row
 * of {@code pending_erasures}, which is removed when nothing of the aggregate is left.
 *
 * <pre>
 *   deleted ──> pending ──> outbox, dead letters, stored answers erased ──> mirrors deleted ──> complete
 *                  ^                                                 │
 *                  └── a pending event, or a mirror that exists ─────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.operations.erasure;

import org.jspecify.annotations.NullMarked;

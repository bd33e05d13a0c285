/**
 * This package stores records that cannot be projected. It stores each of them once with its reason. A loop of its own
 * copies them to their dead-letter topics, so that no partition depends on those topics. Another loop creates the
 * indexes by which lists and counts find them.
 *
 * <pre>
 *   batch ──▶ dead_letters, copied: false ──(copier: send, acknowledged)──▶ copied: true
 *                     ▲                                   │
 *                     └──── failed: the next rounds ──────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.projector.deadletter;

import org.jspecify.annotations.NullMarked;

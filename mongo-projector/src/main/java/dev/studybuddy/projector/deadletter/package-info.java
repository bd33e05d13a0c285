/**
 * This package stores records that cannot be projected. It stores each of them once with its reason. One loop copies
 * them to their dead-letter topics, so that no partition depends on those topics. Another loop creates the indexes that
 * lists and counts use to find them.
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

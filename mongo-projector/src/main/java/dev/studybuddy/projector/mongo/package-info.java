/**
 * This package guarantees that a batch writes nothing to a server that has restarted since the position of the batch
 * was read.
 *
 * <p>A fenced session uses only connections that were ready before it was opened. Such a connection proves that its
 * server has not restarted since then, so MongoDB cannot have returned to an earlier state. A session may use each of
 * these connections. Therefore the loss of the one over which the position was read does not alone end the batch:
 *
 * <pre>
 *   open ──▶ OPEN ──(operation over an earlier connection)──▶ OPEN
 *              │
 *              ├── the chosen connection is a later one ──▶ LOST: a new session works at once
 *              │
 *              └── timeout, network error, no primary, refused command ──▶ LOST: the operation may have been executed
 * </pre>
 *
 * <p>A lost session stays lost, and its caller reads the position again over a new session. One thread at a time uses a
 * session; the connection fence and the factory serve all threads. The circuit breaker counts the outages of all
 * sessions:
 *
 * <pre>
 *   CLOSED ──(three outages in a row)───▶ OPEN ──(0.2 s to 5 s)──▶ HALF-OPEN: one piece of work tries
 *     ▲                                     ▲                          │
 *     │                                     └──── outage ──────────────┤
 *     └──────────────────────────────── success or refusal ────────────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.projector.mongo;

import org.jspecify.annotations.NullMarked;

/**
 * The local stack's processes: started in order, watched, started again when they die, ended together. What
 * {@code infra/up}, {@code infra/down} and {@code infra/status} call.
 *
 * <pre>
 * the stack:    lock → end what an earlier supervisor left → servers → services → ready ──→ stop (Ctrl-C, infra/down)
 *                                                              └── too late, or one keeps dying ──→ stop, exit code 1
 * one program:  starting → running → died → (backoff) → starting …
 *                  └──────────┴──────── stop ──→ ended
 * </pre>
 *
 * <p>Each program is in a session of its own and writes to a file of its own, so it outlives a supervisor that is killed;
 * the next one finds it in {@code .local/run/state.json} and ends it.
 */
@NullMarked
package dev.studybuddy.local.supervisor;

import org.jspecify.annotations.NullMarked;

/**
 * This package supervises the processes of the local stack. It starts them in order, monitors them, restarts those that
 * end, and ends all of them together. The commands {@code infra/up}, {@code infra/down} and {@code infra/status} call
 * it.
 *
 * <pre>
 * the stack:    lock → end what an earlier supervisor left → servers → services → ready ──→ stop (Ctrl-C, infra/down)
 *                                                              └── too late, or one keeps ending ──→ stop, exit code 1
 * one program:  starting → running → ended → (backoff) → starting …
 *                  └──────────┴──────── stop ──→ stopped
 * </pre>
 *
 * <p>Each program has its own session and its own log file, so it survives a supervisor that is killed. The next
 * supervisor finds the program in {@code .local/run/state.json} and ends it.
 */
@NullMarked
package dev.studybuddy.local.supervisor;

import org.jspecify.annotations.NullMarked;

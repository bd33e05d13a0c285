/**
 * Answers for exactness: each batch of a partition is planned, decided once, and applied so that doing it again changes
 * nothing.
 *
 * <pre>
 *              recover: read the journal, do its plan again
 *   UNKNOWN ──────────────────────────────────────────────▶ AT hi ◀─────────────┐
 *      ▲                                                     │ plan, decide     │ dead letters, rollups, mirrors
 *      │ line lost, decided by somebody else, unknown        ▼                  │
 *      └──────────────────────────────────────────────── DECIDED hi' ───────────┘
 * </pre>
 *
 * <p>Why it holds. A batch is decided by one compare-and-set on the journal ({@code hi}: lo → hi'), and the decision holds
 * everything that applying it needs, so there is one plan for each stretch of the log, whoever carries it out. Applying is
 * idempotent: a rollup takes a plan's sums only while its watermark of that partition is below hi', a mirror is replaced
 * only by a newer (version, offset), a dead letter is inserted only where absent. Rollups come before mirrors, and mirrors
 * before the next plan reads them. The next batch is decided only by somebody who applied this one, since the position
 * of an instance is either what it applied itself or what it read from the journal and applied again. So a second
 * instance, a crash between any two writes, and a bulk of which a part arrived are one case: the journal is read, and
 * its plan is done again.
 *
 * <p>What MongoDB lost, it lost with the journal that spoke of it, as long as no write of a batch begun before the loss
 * arrives after it: {@link dev.studybuddy.projector.readmodel.Line} sees to that.
 */
@NullMarked
package dev.studybuddy.projector.journal;

import org.jspecify.annotations.NullMarked;

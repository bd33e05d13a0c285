/**
 * This package guarantees that each batch of a partition has its effect on the read model exactly once.
 *
 * <p>It plans a batch, decides it once, and applies it in a way that a second application changes nothing.
 *
 * <pre>
 *                  recover: read the journal, apply its plan again
 *   UNKNOWN ─────────────────────────────────────────────────────▶ AT hi ◀─────────────┐
 *      ▲                                                            │ plan, decide     │ dead letters, rollups, mirrors
 *      │ session lost, decided by another instance, outcome unknown ▼                  │
 *      └─────────────────────────────────────────────────────── DECIDED hi' ───────────┘
 * </pre>
 *
 * <p>The proof is as follows. An instance decides a batch by one compare-and-set on the journal ({@code hi}: lo → hi').
 * The decision holds everything that is needed to apply it, so each range of the log has one plan, regardless of the
 * instance that applies it. Applying is idempotent: a rollup accepts a plan's sums only while its watermark of that
 * partition is below hi', a mirror is replaced only by a newer (version, offset), and a dead letter is inserted only if
 * it is absent. Rollups are written before mirrors, and mirrors are written before the next plan reads them. Only an
 * instance that has applied a batch decides the next one. Its position is either the end of a batch that it applied
 * itself, or the {@code hi} of a journal that it read and whose plan it applied again. Therefore a second instance, a
 * crash between any two writes, and a bulk of which only a part arrived are one case: an instance reads the journal and
 * applies its plan again.
 *
 * <p>The batches of several partitions run as a group with common commands. One command decides all batches, and one
 * bulk writes their rollups. One command for each collection reads their mirrors, and one bulk for each collection
 * writes them. A bulk of more than 1 000 writes is several commands. A group changes nothing in the proof, because each
 * write keeps the condition of its partition, and a partition's mirrors are sent only after each of its rollups is
 * acknowledged or marked as broken. The command that decides reports only how many decisions matched. If this number is
 * short or unknown, each partition of the group is in the state UNKNOWN, and its journal shows whether it contains the
 * decision. If MongoDB refuses a write of a partition, the partition leaves the group, and its next batch runs alone.
 *
 * <p>If MongoDB refuses a write with a code that does not concern the document, the batch is not applied: its plan
 * stays in the journal, and the partition applies it again later. If MongoDB refuses a decision, each partition of the
 * group is in the state UNKNOWN, because the other decisions may be stored. Only a closed list of codes proves that a
 * document is at fault. Such a document is marked as broken before the batch continues without it.
 *
 * <p>Mirrors that a batch read for records after its end serve the next batch. They are valid, because only batches of
 * this partition write them, and the compare-and-set of both batches proves that no other instance decided one between
 * them. For the same reason, the mirrors that the batch itself wrote serve the next batches:
 * {@link dev.studybuddy.projector.journal.MirrorCache} holds them until the position is lost. A batch takes a mirror
 * from the cache only for the version that follows it directly. A record of another version, such as the snapshot of a
 * repair, is planned with the mirror that MongoDB holds. After a write that MongoDB refused permanently, the mirrors of
 * its batch are read again.
 *
 * <p>A step that decides no batch records a position: {@code hi} and {@code done} become the consumer's position by the
 * same compare-and-set, and the plan becomes empty. Only an instance whose position is {@code hi} takes this step, so
 * the plan up to {@code hi} is applied. The instance has received no record between {@code hi} and the position, since
 * only control records and records of aborted transactions lie there. Therefore the step equals the decision of an
 * empty batch that is already applied. Several idle partitions take this step with one command. If it reports fewer
 * matches than partitions, or none, each of them is in the state UNKNOWN, as after a decision of a group.
 *
 * <p>The journal also states the leader epoch of the last record before {@code hi}. After an unclean election, the log
 * may end before {@code hi} and grow past it with other records. The consumer continues with this epoch, so the client
 * detects the difference, and the generation is marked as broken. A position after control records states no epoch,
 * because the client does not report the epochs of these records.
 *
 * <p>If MongoDB returns to an earlier state, that state contains the writes of every batch before the last decision, so
 * the proof still holds. However, no write of a batch that began before the return may arrive after it.
 * {@link dev.studybuddy.projector.mongo.FencedSession} prevents such a late write.
 */
@NullMarked
package dev.studybuddy.projector.journal;

import org.jspecify.annotations.NullMarked;

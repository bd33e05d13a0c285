/**
 * This package controls the lifecycle of generations. It decides which generations start, which of them this instance
 * serves, and which are retired and dropped.
 *
 * <pre>
 *   (none) ──▶ building ──▶ active ──▶ previous ──▶ retired ──▶ dropped
 *                 │            │
 *                 ▼            ▼
 *              aborted       broken (its topics have changed or no longer hold its records)
 * </pre>
 *
 * <p>The diagram omits three transitions. A building and a previous generation become broken for the same reasons as an
 * active one, and api-service can activate a previous generation again.
 *
 * <p>One thread reads the generation record of each read model at the interval {@code
 * studybuddy.projector.reconciliation-interval}, and reconciles the generations that run on this instance with it. A
 * second thread does the work that needs Kafka: it starts generations, checks their topics, retires expired ones, and
 * removes the collections and groups that no record lists. A third thread creates missing indexes of generations that
 * are served already, and a fourth one announces which schemas of events this instance reads. Every change of a record
 * is a compare-and-set, so any number of instances may attempt the same change, and the first one wins. The first
 * generation of a read model is active at once if its topics hold few records, because no older generation could serve
 * reads during the build. The API activates every other generation.
 */
@NullMarked
package dev.studybuddy.projector.generation;

import org.jspecify.annotations.NullMarked;

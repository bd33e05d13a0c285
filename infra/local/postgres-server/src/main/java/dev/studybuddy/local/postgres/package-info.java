/**
 * PostgreSQL in place of CockroachDB on machines without containers: unpacked from a jar, run by a process that ends it.
 *
 * <pre>
 * unpack (once) → initdb (once) → end an orphan → start → connect → create database → ready ──┐
 *                                                          stop signal or end of stdin → fast stop
 *                                                          postgres ends by itself → exit with its code
 * </pre>
 *
 * <p>Where this process is killed, the kernel tells postgres, which then stops by itself and keeps its data.
 */
@NullMarked
package dev.studybuddy.local.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * This package runs PostgreSQL in place of CockroachDB on machines without containers. It unpacks the binaries from a
 * jar, starts the server and ends it.
 *
 * <pre>
 * unpack (once) → initdb (once) → end an orphan → start → connect → create database → ready ──┐
 *                                                          stop signal or end of stdin → fast stop
 *                                                          postgres ends by itself → exit with its code
 * </pre>
 *
 * <p>If this process is killed, the kernel signals postgres, which then stops without losing data.
 */
@NullMarked
package dev.studybuddy.local.postgres;

import org.jspecify.annotations.NullMarked;

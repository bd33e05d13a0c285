/**
 * This package keeps streams of server-sent events open and writes them. A feed reports events to all open streams of
 * one kind. A source waits for the events of one stream, and the writer sends them in the thread of the request:
 *
 * <pre>
 * StreamFeed ──event──▶ OpenStreams ──holds──▶ EventSource ──event, or nothing in time──▶ EventStreamWriter
 *                                                                                              │
 *                                                                                  event or comment
 *                                                                                              ▼
 *                                                                                           client
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.sse;

import org.jspecify.annotations.NullMarked;

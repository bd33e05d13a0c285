/**
 * This package keeps streams of server-sent events open and writes them. A source waits for the events of one stream,
 * and the writer sends them in the thread of the request:
 *
 * <pre>
 * OpenStreams ──holds──▶ EventSource ──event, or nothing in time──▶ EventStreamWriter ──event or heartbeat──▶ client
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.sse;

import org.jspecify.annotations.NullMarked;

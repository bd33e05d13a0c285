package dev.studybuddy.api.user;

import dev.studybuddy.background.MonotonicClock;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Passes the bytes of an export to its client for a limited time, so that a slow client does not occupy an export
 * permanently.
 */
final class ExportStream extends OutputStream {

    private final OutputStream client;
    private final MonotonicClock clock;
    private final long endNanos;

    /**
     * Starts the time of an export.
     *
     * @param maxDuration the time after which a further write fails
     */
    ExportStream(OutputStream client, MonotonicClock clock, Duration maxDuration) {
        this.client = client;
        this.clock = clock;
        this.endNanos = clock.nanos() + maxDuration.toNanos();
    }

    @Override
    public void write(int value) throws IOException {
        checkTime();
        client.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        checkTime();
        client.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        checkTime();
        client.flush();
    }

    private void checkTime() throws ExportTimeoutException {
        if (clock.nanos() - endNanos >= 0) {
            throw new ExportTimeoutException();
        }
    }
}

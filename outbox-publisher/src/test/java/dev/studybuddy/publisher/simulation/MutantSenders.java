package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contains senders that behave as if the code that sends had a fault. */
final class MutantSenders {

    private MutantSenders() {}

    /** Reports a refused row as acknowledged, so that its followers are sent. The row itself gets a later attempt. */
    static final class AcknowledgingRefusalSender extends DelegatingSender {

        private static final long REFUSED = -1;

        AcknowledgingRefusalSender(EventSender real) {
            super(real);
        }

        @Override
        public void send(OutboxRow row, OutcomeSink sink) {
            super.send(
                    row,
                    (sent, outcome) -> sink.accept(
                            sent,
                            outcome instanceof SendOutcome.Refused
                                    ? new SendOutcome.Acknowledged(0, REFUSED)
                                    : outcome));
        }

        /** Turns the marks of refused rows into attempts. */
        static OutboxWriter.Batch marksToAttempts(OutboxWriter.Batch submitted) {
            List<OutboxWriter.Mark> marks = new ArrayList<>();
            List<OutboxWriter.Failure> failures = new ArrayList<>(submitted.failures());
            for (OutboxWriter.Mark mark : submitted.marks()) {
                if (mark.offset() == REFUSED) {
                    failures.add(new OutboxWriter.Failure.Attempt(
                            mark.row(), SimulatedLeases.ANY_EPOCH, "simulated", Duration.ofMillis(200)));
                } else {
                    marks.add(mark);
                }
            }
            return new OutboxWriter.Batch(marks, failures);
        }

        @Override
        public void sendIsolated(OutboxRow row, OutcomeSink sink) {
            send(row, sink);
        }
    }

    /** Marks each row when it is sent, before the broker acknowledges it. */
    static final class EarlyMarkingSender extends DelegatingSender {

        private final SimulatedDatabase database;

        EarlyMarkingSender(EventSender real, SimulatedDatabase database) {
            super(real);
            this.database = database;
        }

        @Override
        public void send(OutboxRow row, OutcomeSink sink) {
            database.markProcessed(row.id());
            super.send(row, sink);
        }

        @Override
        public boolean sendChained(OutboxRow row, long session, OutcomeSink sink) {
            boolean accepted = super.sendChained(row, session, sink);
            if (accepted) {
                database.markProcessed(row.id());
            }
            return accepted;
        }
    }

    /** Delegates each call to the real sender. An isolated row is sent as any other row is. */
    abstract static class DelegatingSender implements EventSender {

        private final EventSender real;

        DelegatingSender(EventSender real) {
            this.real = real;
        }

        @Override
        public void send(OutboxRow row, OutcomeSink sink) {
            real.send(row, sink);
        }

        @Override
        public void sendIsolated(OutboxRow row, OutcomeSink sink) {
            send(row, sink);
        }

        @Override
        public boolean sendChained(OutboxRow row, long session, OutcomeSink sink) {
            return real.sendChained(row, session, sink);
        }

        @Override
        public long openProducerSession() {
            return real.openProducerSession();
        }

        @Override
        public int partition(Aggregate aggregate) {
            return real.partition(aggregate);
        }

        @Override
        public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
            real.deadLetter(row, reason, sink);
        }

        @Override
        public @Nullable String blockReason(String aggregateType) {
            return real.blockReason(aggregateType);
        }

        @Override
        public boolean areBrokersReachable() {
            return real.areBrokersReachable();
        }
    }
}

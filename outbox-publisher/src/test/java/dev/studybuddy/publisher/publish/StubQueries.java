package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.util.List;

/** Rejects each query. A test overrides the queries that it needs. */
class StubQueries implements OutboxQueries {

    @Override
    public List<OutboxRow> readPages(List<PageRequest> requests) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OutboxRow> readRows(List<RowKey> keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OutboxRow> readContents(List<OutboxRow> rows) {
        throw new UnsupportedOperationException();
    }
}

package dev.studybuddy.bench.projector.limits;

/** A bare consumer reads records and discards them. */
final class BareConsumer implements LimitProgram.Limit {

    private final RecordReader reader;
    private long bytes;

    BareConsumer(RecordReader reader) {
        this.reader = reader;
    }

    @Override
    public long handle(long total) {
        reader.readUntil(total, record -> bytes += record.serializedValueSize());
        return 0;
    }

    @Override
    public void close() {
        reader.close();
    }
}

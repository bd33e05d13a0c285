package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;

/** Counts nothing. */
class NoOpListener implements PublishListener {

    @Override
    public void countPublished(OutboxRow row, long ageNanos) {}

    @Override
    public void countRepeated(int rows) {}

    @Override
    public void countRefused(OutboxRow row, String reason, boolean deadLettered) {}

    @Override
    public void countHoldOverflow() {}

    @Override
    public void countEndedProducerSession() {}

    @Override
    public void countRead(int rows) {}
}

package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GenerationRecordReadTimesTest {

    private static final List<String> MODELS = List.of("study", "subjects");

    private final AtomicLong nanos = new AtomicLong();
    private final GenerationRecordReadTimes reads = new GenerationRecordReadTimes(nanos::get);

    @Test
    void aRecordThatWasNeverReadIsUnread() {
        assertThat(reads.findUnread(MODELS)).isEqualTo(MODELS);

        reads.record("study");
        assertThat(reads.findUnread(MODELS)).containsExactly("subjects");

        reads.record("subjects");
        assertThat(reads.findUnread(MODELS)).isEmpty();
    }

    @Test
    void theReadsOfOneModelDoNotHideTheUnreadRecordOfAnother() {
        MODELS.forEach(reads::record);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        reads.record("study");
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(reads.findUnread(MODELS)).containsExactly("subjects");
    }
}

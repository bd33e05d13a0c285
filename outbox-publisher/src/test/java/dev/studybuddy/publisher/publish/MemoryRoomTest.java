package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Ordering;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MemoryRoomTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void anEmptyMemoryHasRoomForAPage() {
        MemoryRoom room = room(1000, DataSize.ofMegabytes(64), 200, DataSize.ofMegabytes(8));

        assertThat(room.pageRows()).isEqualTo(200);
        assertThat(room.keyedRows()).isEqualTo(200);
    }

    @Test
    void anEmptyMemoryOfTheLargestSizeHasRoomForAPage() {
        MemoryRoom room = room(
                Integer.MAX_VALUE,
                DataSize.ofBytes(Long.MAX_VALUE),
                Integer.MAX_VALUE,
                DataSize.ofBytes(Long.MAX_VALUE));

        assertThat(room.pageRows()).isPositive();
        assertThat(room.keyedRows()).isPositive();
        assertThat(room.contentBytes()).isPositive();
    }

    private static MemoryRoom room(int rows, DataSize bytes, int page, DataSize pageBytes) {
        PublishSettings settings = new PublishSettings(
                new PublishSettings.Polling(
                        SECOND, SECOND, SECOND, SECOND, page, pageBytes, SECOND, SECOND, SECOND, SECOND, SECOND),
                new PublishSettings.Memory(rows, bytes, 100, 100, 100, 1000, 1_000_000, 1000),
                new PublishSettings.Attempts(5, SECOND, SECOND),
                Backoff.between(SECOND, SECOND));
        return new MemoryRoom(
                settings, new Ordering(settings.memory().orderingBounds()), new PageBudget(page, pageBytes.toBytes()));
    }
}

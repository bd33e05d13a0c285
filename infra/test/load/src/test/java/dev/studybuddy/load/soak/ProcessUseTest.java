package dev.studybuddy.load.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessUseTest {

    @Test
    void theUseOfAProcessIncludesItsChildrenExceptSeparatelySampledOnes() throws IOException, InterruptedException {
        long own = ProcessHandle.current().pid();
        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessUse with = ProcessUse.ofTree(own, Set.of());
            ProcessUse without = ProcessUse.ofTree(own, Set.of(child.pid()));

            assertThat(without.memoryMib()).isGreaterThan(10);
            assertThat(without.cpuSeconds()).isPositive();
            assertThat(without.openFiles()).isGreaterThan(3);
            assertThat(with.openFiles()).isGreaterThan(without.openFiles());
        } finally {
            child.destroyForcibly();
            child.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aProcessThatHasEndedUsesNothing() throws IOException, InterruptedException {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThat(ProcessUse.ofTree(ended.pid(), Set.of())).isEqualTo(ProcessUse.NONE);
    }
}

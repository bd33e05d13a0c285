package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.ProcessMemory;
import dev.studybuddy.bench.projector.workload.MirrorDifferences;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A drain process reads from its standard input how many records to process, and writes its start time and its end time
 * to a file.
 */
final class DrainProcess implements Target {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final ChildProcess process;
    private final Path folder;
    private final String name;
    private final Duration limit;
    private final @Nullable MongoDatabase mirrors;
    private long announcedTotal;

    /**
     * Starts the process.
     *
     * @param mirrors database that the process writes to; null if it writes nothing that could be compared
     */
    DrainProcess(
            List<String> command,
            Map<String, String> environment,
            Path folder,
            String name,
            Duration limit,
            @Nullable MongoDatabase mirrors) {
        this.folder = folder;
        this.name = name;
        this.limit = limit;
        this.mirrors = mirrors;
        this.process = ChildProcess.start(command, environment, folder.resolve(name + ".log"));
    }

    @Override
    public void announce(long total) {
        announcedTotal = total;
        process.sendLine(total + " " + file());
    }

    @Override
    public DrainTimes await(TopicWriter writer) {
        PollingWait.until(name + " has processed the backlog", POLL_INTERVAL, limit, () -> {
            process.checkAlive();
            return Files.exists(file());
        });
        try {
            String[] times = Files.readString(file()).split(" ", 2);
            return new DrainTimes(Long.parseLong(times[0]), Long.parseLong(times[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public long peakMemoryMib() {
        return ProcessMemory.peakMib(process.pid());
    }

    @Override
    public List<String> differences(TopicWriter writer) {
        if (mirrors == null) {
            return List.of();
        }
        long different = MirrorDifferences.count(mirrors, writer::topic, writer.mix());
        return different == 0 ? List.of() : List.of(different + " documents differ");
    }

    @Override
    public void close() {
        process.close();
    }

    private Path file() {
        return folder.resolve(name + "-handled-" + announcedTotal);
    }
}

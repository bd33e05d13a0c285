package dev.studybuddy.load.soak;

import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.load.LoadInterval;
import dev.studybuddy.load.LoadRun;
import dev.studybuddy.load.soak.SoakSample.ProcessSample;
import dev.studybuddy.local.program.Repository;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A soak recorder samples a load and the processes of the local stack at a fixed interval. It writes each sample as a
 * line of JSON. A sample that cannot be taken becomes a line with the field {@code fault}.
 */
public final class SoakRecorder implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    /** The recorder requests a garbage collection of each program for one in this number of samples. */
    private static final int SAMPLES_PER_COLLECTION = 10;

    private static final double NANOS_PER_SECOND = 1e9;

    private final LoadRun load;
    private final AuditedServers servers;
    private final LocalStack stack;
    private final Duration interval;
    private final BufferedWriter file;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "soak-recorder");
    private final long startNanos = System.nanoTime();
    private long lastNanos = startNanos;
    private double lastProcessSeconds;
    private double lastMachineSeconds;
    private int number;
    private int faults;
    private volatile @Nullable IOException writeFault;

    private SoakRecorder(
            LoadRun load, AuditedServers servers, LocalStack stack, Duration interval, BufferedWriter file) {
        this.load = load;
        this.servers = servers;
        this.stack = stack;
        this.interval = interval;
        this.file = file;
    }

    /**
     * Writes the first sample, and starts to sample at each end of an interval.
     *
     * @param file the file of the samples, which is replaced if it exists
     * @throws IllegalArgumentException if no local stack runs
     */
    public static SoakRecorder start(
            LoadRun load, AuditedServers servers, Repository repository, Duration interval, Path file)
            throws IOException, InterruptedException {
        SoakRecorder recorder =
                new SoakRecorder(load, servers, new LocalStack(repository), interval, Files.newBufferedWriter(file));
        recorder.sample(true);
        recorder.thread.start();
        return recorder;
    }

    /**
     * Stops the sampling at intervals, and writes the last sample.
     *
     * @return the number of samples that could not be taken
     */
    public int finish() throws IOException, InterruptedException {
        ending.countDown();
        thread.join();
        IOException failure = writeFault;
        if (failure != null) {
            throw new IOException("the samples could not be written", failure);
        }
        sample(true);
        return faults;
    }

    @Override
    public void close() throws IOException {
        ending.countDown();
        thread.interrupt();
        file.close();
    }

    private void run() {
        try {
            while (!ending.await(startNanos + number * interval.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                sample(number % SAMPLES_PER_COLLECTION == 0);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            writeFault = failure;
        }
    }

    private void sample(boolean collected) throws IOException, InterruptedException {
        Object line;
        try {
            line = read(collected);
        } catch (IOException | SQLException | RuntimeException unreadable) {
            faults++;
            line = Map.of("number", number, "fault", unreadable.toString());
        }
        number++;
        file.write(JSON.writeValueAsString(line));
        file.newLine();
        file.flush();
    }

    private SoakSample read(boolean collected) throws IOException, InterruptedException, SQLException {
        long now = System.nanoTime();
        double seconds = (now - lastNanos) / NANOS_PER_SECOND;
        LoadInterval ended = load.endInterval();
        List<ProcessSample> processes = processes(collected);
        double processSeconds =
                processes.stream().mapToDouble(ProcessSample::cpuSeconds).sum();
        double machineSeconds = ProcessUse.cpuSecondsOfMachine();
        double otherSeconds = machineSeconds - lastMachineSeconds - (processSeconds - lastProcessSeconds);
        double otherCores = number == 0 ? 0 : Math.max(0, otherSeconds / seconds);
        lastNanos = now;
        lastProcessSeconds = processSeconds;
        lastMachineSeconds = machineSeconds;
        return new SoakSample(
                number, hundredths(seconds), ended, StoreSizes.read(servers), hundredths(otherCores), processes);
    }

    private List<ProcessSample> processes(boolean collected) throws IOException, InterruptedException {
        List<LocalStack.StackProcess> processes = new ArrayList<>(stack.processes());
        processes.add(
                new LocalStack.StackProcess("load", ProcessHandle.current().pid(), 0));
        Set<Long> pids = processes.stream().map(LocalStack.StackProcess::pid).collect(Collectors.toSet());
        List<ProcessSample> samples = new ArrayList<>();
        for (LocalStack.StackProcess process : processes) {
            Double heap = collected ? CollectedHeap.mibOf(process.pid()) : null;
            ProcessUse use = ProcessUse.ofTree(process.pid(), pids);
            samples.add(new ProcessSample(
                    process.name(),
                    process.restarts(),
                    hundredths(use.memoryMib()),
                    hundredths(use.cpuSeconds()),
                    use.openFiles(),
                    heap == null ? null : hundredths(heap)));
        }
        return samples;
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }
}

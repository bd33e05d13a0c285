package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends processes, including those that this JVM did not start. */
final class Processes {

    private Processes() {}

    /** Signals all processes to end, waits up to the limit, and kills the remaining ones with their children. */
    static void end(List<ProcessHandle> processes, Duration limit) throws InterruptedException {
        processes.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + limit.toNanos();
        for (ProcessHandle process : processes) {
            if (!endsBefore(process, deadline)) {
                kill(process);
            }
        }
    }

    /** Kills a process and its descendants. */
    static void kill(ProcessHandle process) {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** Waits for a process and returns whether it ends within the limit. */
    static boolean endsWithin(ProcessHandle process, Duration limit) throws InterruptedException {
        return endsBefore(process, System.nanoTime() + limit.toNanos());
    }

    private static boolean endsBefore(ProcessHandle process, long deadline) throws InterruptedException {
        try {
            process.onExit().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The end of process " + process.pid() + " cannot be awaited", e);
        }
    }
}

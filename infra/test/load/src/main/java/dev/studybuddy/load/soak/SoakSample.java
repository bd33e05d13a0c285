package dev.studybuddy.load.soak;

import dev.studybuddy.load.LoadInterval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A soak sample holds what happened in one interval of a soak, and the sizes at its end.
 *
 * @param number number of the sample; 0 is the one before the load
 * @param seconds duration of the interval
 * @param otherCores mean number of cores that other work on the machine used in the interval
 */
record SoakSample(
        int number,
        double seconds,
        LoadInterval load,
        StoreSizes stores,
        double otherCores,
        List<ProcessSample> processes) {

    /**
     * A process sample holds what a program of the stack, or the load program itself, uses with its children.
     *
     * @param restarts number of times that the supervisor has restarted it
     * @param memoryMib resident memory; pages that several processes share are divided among them
     * @param cpuSeconds CPU time since the start of the process
     * @param openFiles number of open file descriptors
     * @param collectedHeapMib size of the objects in the old generation of the heap after a full garbage collection, in
     *     MiB; null if none was requested, or if the process did not answer
     */
    record ProcessSample(
            String name,
            int restarts,
            double memoryMib,
            double cpuSeconds,
            long openFiles,
            @Nullable Double collectedHeapMib) {}
}

package dev.studybuddy.bench.harness;

import java.util.function.DoubleSupplier;

/** A CPU meter measures the CPU time that the measured program, the database and Kafka each use in a period. */
public final class CpuMeter {

    private final DoubleSupplier target;
    private final DoubleSupplier database;
    private final DoubleSupplier kafka;
    private final Sample start;

    private CpuMeter(DoubleSupplier target, DoubleSupplier database, DoubleSupplier kafka) {
        this.target = target;
        this.database = database;
        this.kafka = kafka;
        this.start = sample();
    }

    /**
     * Starts a period.
     *
     * @param target returns the CPU seconds that the measured program has used so far
     * @param database returns the CPU seconds that the database has used so far
     * @param kafka returns the CPU seconds that Kafka has used so far
     */
    public static CpuMeter start(DoubleSupplier target, DoubleSupplier database, DoubleSupplier kafka) {
        return new CpuMeter(target, database, kafka);
    }

    /** Ends the period and returns its CPU times. */
    public Usage stop() {
        Sample end = sample();
        double targetSeconds = end.target - start.target;
        double databaseSeconds = end.database - start.database;
        double kafkaSeconds = end.kafka - start.kafka;
        double partiesSeconds = targetSeconds + databaseSeconds + kafkaSeconds + end.own - start.own;
        double wallSeconds = (end.nanos - start.nanos) / 1e9;
        double otherCores = Math.max(0, (end.machine - start.machine - partiesSeconds) / wallSeconds);
        return new Usage(targetSeconds, databaseSeconds, kafkaSeconds, otherCores);
    }

    private Sample sample() {
        return new Sample(
                System.nanoTime(),
                target.getAsDouble(),
                database.getAsDouble(),
                kafka.getAsDouble(),
                Cpu.secondsOf(ProcessHandle.current().pid()),
                Cpu.secondsOfMachine());
    }

    /**
     * This record holds the CPU time of a period.
     *
     * @param targetSeconds CPU seconds of the measured program
     * @param databaseSeconds CPU seconds of the database
     * @param kafkaSeconds CPU seconds of Kafka
     * @param otherCores mean number of cores that other work on the machine used
     */
    public record Usage(double targetSeconds, double databaseSeconds, double kafkaSeconds, double otherCores) {}

    private record Sample(long nanos, double target, double database, double kafka, double own, double machine) {}
}

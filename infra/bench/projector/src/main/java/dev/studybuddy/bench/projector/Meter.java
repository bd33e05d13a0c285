package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.relays.servers.Cpu;

/** A meter measures the CPU time that each party uses in a period. */
final class Meter {

    private final Servers servers;
    private final Target target;
    private final double targetBefore;
    private final double mongoBefore;
    private final double kafkaBefore;
    private final double machineBefore;
    private final double ownBefore;
    private final long startNanos = System.nanoTime();

    private Meter(Servers servers, Target target) {
        this.servers = servers;
        this.target = target;
        this.targetBefore = target.cpuSeconds();
        this.mongoBefore = servers.mongoCpuSeconds();
        this.kafkaBefore = servers.kafkaCpuSeconds();
        this.ownBefore = ownCpuSeconds();
        this.machineBefore = Cpu.secondsOfMachine();
    }

    static Meter start(Servers servers, Target target) {
        return new Meter(servers, target);
    }

    /** Ends the period and returns its cost per event. */
    Cost stop(long events) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double targetSeconds = target.cpuSeconds() - targetBefore;
        double mongoSeconds = servers.mongoCpuSeconds() - mongoBefore;
        double kafkaSeconds = servers.kafkaCpuSeconds() - kafkaBefore;
        double others = Cpu.secondsOfMachine()
                - machineBefore
                - targetSeconds
                - mongoSeconds
                - kafkaSeconds
                - (ownCpuSeconds() - ownBefore);
        return new Cost(
                targetSeconds * 1e6 / events,
                mongoSeconds * 1e6 / events,
                kafkaSeconds * 1e6 / events,
                Math.max(0, others / seconds));
    }

    private static double ownCpuSeconds() {
        return Cpu.secondsOf(ProcessHandle.current().pid());
    }

    /**
     * The CPU time per event, in microseconds.
     *
     * @param otherCores mean number of cores that other work on the machine used in the period
     */
    record Cost(double target, double mongo, double kafka, double otherCores) {}
}

package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.relays.servers.Cpu;

/** What a stretch of time costs each party, CPU seconds. */
final class Meter {

    private final Servers servers;
    private final Carrier carrier;
    private final double carrierBefore;
    private final double mongoBefore;
    private final double kafkaBefore;
    private final double machineBefore;
    private final double ownBefore;
    private final long began = System.nanoTime();

    private Meter(Servers servers, Carrier carrier) {
        this.servers = servers;
        this.carrier = carrier;
        this.carrierBefore = carrier.cpuSeconds();
        this.mongoBefore = servers.mongoCpuSeconds();
        this.kafkaBefore = servers.kafkaCpuSeconds();
        this.ownBefore = own();
        this.machineBefore = Cpu.secondsOfMachine();
    }

    static Meter start(Servers servers, Carrier carrier) {
        return new Meter(servers, carrier);
    }

    /** What it came to, by event. */
    Cost stop(long events) {
        double seconds = (System.nanoTime() - began) / 1e9;
        double ofCarrier = carrier.cpuSeconds() - carrierBefore;
        double ofMongo = servers.mongoCpuSeconds() - mongoBefore;
        double ofKafka = servers.kafkaCpuSeconds() - kafkaBefore;
        double others = Cpu.secondsOfMachine() - machineBefore - ofCarrier - ofMongo - ofKafka - (own() - ownBefore);
        return new Cost(
                ofCarrier * 1e6 / events,
                ofMongo * 1e6 / events,
                ofKafka * 1e6 / events,
                Math.max(0, others / seconds));
    }

    private static double own() {
        return Cpu.secondsOf(ProcessHandle.current().pid());
    }

    /**
     * What an event cost, CPU microseconds.
     *
     * @param otherCores how many cores other work of the machine took meanwhile
     */
    record Cost(double carrier, double mongo, double kafka, double otherCores) {}
}

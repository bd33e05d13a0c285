package dev.studybuddy.deployment;

/**
 * A power-law cost computes cores that grow with a power of the rate, because larger batches cost less for each event.
 * Above a highest rate, batches are full, and the cores grow in proportion to the rate.
 *
 * @param rate a measured rate
 * @param cores the cores at this rate
 * @param fullRate the rate at which batches are full
 * @param fullCores the cores at that rate
 */
record PowerLawCost(double rate, double cores, double fullRate, double fullCores) {

    private static final double MICROS_OF_A_SECOND = 1e6;

    /** Returns the exponent of the rate, which both measurements determine. */
    double exponent() {
        return Math.log(fullCores / cores) / Math.log(fullRate / rate);
    }

    /** Returns the cores at a rate. */
    double at(double other) {
        return other <= fullRate ? cores * Math.pow(other / rate, exponent()) : other * fullCores / fullRate;
    }

    /** Returns the microseconds of a core for one event when batches are full. */
    double microsWhenFull() {
        return fullCores / fullRate * MICROS_OF_A_SECOND;
    }
}

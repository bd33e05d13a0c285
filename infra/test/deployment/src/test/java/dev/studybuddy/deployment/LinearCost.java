package dev.studybuddy.deployment;

/**
 * A linear cost computes cores that grow by the same amount with each event per second.
 *
 * @param fixed the cores at a rate of zero
 * @param each the cores for one event per second
 */
record LinearCost(double fixed, double each) {

    private static final double MICROS_OF_A_SECOND = 1e6;

    /** Returns the line through two measurements. */
    static LinearCost through(double rate, double cores, double otherRate, double otherCores) {
        double each = (otherCores - cores) / (otherRate - rate);
        return new LinearCost(cores - each * rate, each);
    }

    /** Returns the cores at a rate. */
    double at(double rate) {
        return fixed + rate * each;
    }

    /** Returns the microseconds of a core for one more event. */
    double micros() {
        return each * MICROS_OF_A_SECOND;
    }
}

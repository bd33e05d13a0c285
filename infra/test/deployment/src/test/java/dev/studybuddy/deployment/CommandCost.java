package dev.studybuddy.deployment;

/**
 * A command cost computes the cores of a server that, at a low rate, receives a command for each event. At a higher
 * rate, more events share a command, so the number of commands per second approaches a limit. Above a highest rate,
 * commands are full, and the cores grow in proportion to the rate.
 *
 * @param rate a measured rate
 * @param cores the cores at this rate
 * @param commandsOfAnEvent the measured commands for each event at this rate
 * @param commandsOfALoneEvent the commands for an event that shares none
 * @param fullRate the rate at which commands are full
 * @param fullCores the cores at that rate
 */
record CommandCost(
        double rate,
        double cores,
        double commandsOfAnEvent,
        double commandsOfALoneEvent,
        double fullRate,
        double fullCores) {

    private static final double MICROS_OF_A_SECOND = 1e6;

    /** Returns the rate at which an event needs half of the commands that an event alone needs. */
    double halfRate() {
        return rate / (commandsOfALoneEvent / commandsOfAnEvent - 1);
    }

    /** Returns the number of commands per second at a rate. */
    double commands(double other) {
        return commandsOfALoneEvent * other / (1 + other / halfRate());
    }

    /** Returns the cores for one event per second, without its commands. */
    private double each() {
        double low = commands(rate);
        double full = commands(fullRate);
        return (fullCores * low - cores * full) / (fullRate * low - rate * full);
    }

    /** Returns the cores for one command per second. */
    private double command() {
        return (cores - each() * rate) / commands(rate);
    }

    /** Returns the cores at a rate. */
    double at(double other) {
        return other <= fullRate ? each() * other + command() * commands(other) : other * fullCores / fullRate;
    }

    /** Returns the microseconds of a core for one event, without its commands. */
    double microsOfAnEvent() {
        return each() * MICROS_OF_A_SECOND;
    }

    /** Returns the microseconds of a core for one command. */
    double microsOfACommand() {
        return command() * MICROS_OF_A_SECOND;
    }

    /** Returns the microseconds of a core for one event when commands are full. */
    double microsWhenFull() {
        return fullCores / fullRate * MICROS_OF_A_SECOND;
    }
}

package dev.studybuddy.load;

import java.net.URI;

/**
 * A load plan holds the settings of a load.
 *
 * @param api base URL of the API
 * @param warmUp number of writes before the measured ones; they count for correctness but not for the measurements
 * @param writes number of measured writes
 * @param clients number of clients that write concurrently
 * @param users number of users that own the written aggregates
 * @param rate offered writes per second; 0 lets each client send as soon as its last write is answered, as in the
 *     warm-up
 * @param seed seed of the random choices; the written data also depends on the order of the answers
 * @param changesSessions whether the load changes sessions; the API of an early version has no call for this
 */
public record LoadPlan(
        URI api, int warmUp, int writes, int clients, int users, int rate, long seed, boolean changesSessions) {

    /** Creates a plan whose load uses every kind of write. */
    public LoadPlan(URI api, int warmUp, int writes, int clients, int users, int rate, long seed) {
        this(api, warmUp, writes, clients, users, rate, seed, true);
    }

    public LoadPlan {
        if (warmUp < 0 || writes < 1 || clients < 1 || users < 1 || rate < 0) {
            throw new IllegalArgumentException("a load needs at least one write, one client and one user, and no"
                    + " negative number: warm-up " + warmUp + ", writes " + writes + ", clients " + clients + ", users "
                    + users + ", rate " + rate);
        }
    }
}

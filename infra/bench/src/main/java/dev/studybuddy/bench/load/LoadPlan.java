package dev.studybuddy.bench.load;

import java.net.URI;

/**
 * What to do to a stack.
 *
 * @param api where the API is
 * @param warmUp writes before the measured ones; they count for correctness, not for figures
 * @param writes how many are measured
 * @param clients how many write at once
 * @param users who owns what is written
 * @param rate writes a second that are offered; 0 for as many as the clients reach
 * @param seed what is written follows from it, and from how the clients' answers come
 */
public record LoadPlan(URI api, int warmUp, int writes, int clients, int users, int rate, long seed) {

    public LoadPlan {
        if (warmUp < 0 || writes < 1 || clients < 1 || users < 1 || rate < 0) {
            throw new IllegalArgumentException("a load needs at least one write, one client and one user, and no"
                    + " negative number: " + warmUp + ", " + writes + ", " + clients + ", " + users + ", " + rate);
        }
    }
}

package dev.studybuddy.api.http;

/**
 * Holds the problem detail of one item of a request that concerns several items.
 *
 * @param type the URI that identifies the type of the problem
 * @param title the short summary, which is equal for all problems of one type
 * @param status the HTTP status that a request for this item alone would have received
 * @param detail the cause of this occurrence and the client's remedy
 */
public record ItemProblem(String type, String title, int status, String detail) {

    /** Returns a problem as that of an item. */
    public static ItemProblem of(Problem problem) {
        return new ItemProblem(problem.type(), problem.title(), problem.status().value(), problem.detail());
    }
}

package dev.studybuddy.api.http;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * Holds the problem detail of one item of a request that concerns several items.
 *
 * @param type the URI that identifies the type of the problem
 * @param title the short summary, which is equal for all problems of one type
 * @param status the HTTP status that a request for this item alone would have received
 * @param detail the cause of this occurrence and the client's remedy
 */
public record ItemProblem(
        @Schema(example = "https://studybuddy.dev/problems/not-found")
        String type,

        @Schema(example = "Not found") String title,
        @Schema(example = "404") int status,

        @Schema(example = "The requested todo does not exist.")
        String detail) {

    /** Converts the problem of a request into the problem of an item. */
    public static ItemProblem of(Problem problem) {
        return new ItemProblem(problem.type(), problem.title(), problem.status().value(), problem.detail());
    }
}

package dev.studybuddy.api.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Formats versions as entity tags and checks the If-Match condition of a write. */
public final class ETags {

    /** Matches one entity tag of a list with the comma that follows it. The quantifiers never backtrack. */
    private static final Pattern TAG =
            Pattern.compile("\\G[ \\t]*+(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*+)\"[ \\t]*+(,|$)");

    private ETags() {}

    /** Returns the entity tag of a version with its quotes, for example {@code "7"}. */
    public static String of(long version) {
        return "\"" + version + '"';
    }

    /**
     * Checks an If-Match header against the current version. The check passes if the header is absent.
     *
     * @throws ProblemException 400 if the header is malformed, 412 if it does not contain the current version as a
     *     strong entity tag
     */
    public static void check(@Nullable String ifMatch, long currentVersion) {
        if (ifMatch == null || ifMatch.strip().equals("*") || contains(ifMatch.strip(), currentVersion)) {
            return;
        }
        throw Problem.of(
                        HttpStatus.PRECONDITION_FAILED,
                        "precondition-failed",
                        "Precondition failed",
                        "The current version is " + currentVersion
                                + ", and If-Match does not contain it as a strong entity tag. Read the resource again"
                                + " and send its ETag in If-Match.")
                .toException();
    }

    private static boolean contains(String tagList, long version) {
        Matcher tags = TAG.matcher(tagList);
        boolean found = false;
        boolean ended = false;
        while (!ended) {
            if (!tags.find()) {
                throw Problem.invalid("If-Match", "must be * or a list of entity tags such as \"7\"")
                        .toException();
            }
            found |= tags.group(1) == null && tags.group(2).equals(Long.toString(version));
            ended = tags.group(3).isEmpty();
        }
        return found;
    }
}

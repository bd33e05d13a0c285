package dev.studybuddy.api.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Versions as entity tags, and the condition that a writer may put on them. */
public final class ETags {

    private static final String ONE = "(?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"";
    private static final Pattern LIST = Pattern.compile(ONE + "(?:[ \\t]*,[ \\t]*" + ONE + ")*");
    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");

    private ETags() {}

    /** {@code "7"}, with its quotes. */
    public static String of(long version) {
        return "\"" + version + '"';
    }

    /**
     * Checks an If-Match header against the present version; passes where there is none.
     *
     * @throws ProblemException 400 where it is malformed, 412 where it names no present, strong version
     */
    public static void check(@Nullable String ifMatch, long version) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return;
        }
        if (!LIST.matcher(ifMatch.strip()).matches()) {
            throw Problem.invalid("If-Match", "is neither * nor a list of entity tags")
                    .exception();
        }
        Matcher tags = TAG.matcher(ifMatch);
        while (tags.find()) {
            if (tags.group(1) == null && tags.group(2).equals(Long.toString(version))) {
                return;
            }
        }
        throw Problem.of(
                        HttpStatus.PRECONDITION_FAILED,
                        "precondition-failed",
                        "Precondition failed",
                        "The present version is " + version + ", which If-Match does not name.")
                .exception();
    }
}

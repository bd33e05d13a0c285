package dev.studybuddy.api.operations.pause;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;

/**
 * Reads the bodies of the requests that pause or resume types or read models. A client may send one body to both
 * requests.
 */
public final class PauseBodies {

    private static final TextRule REASON = TextRule.length(1, 500);

    private PauseBodies() {}

    /**
     * Holds the name and the reason of a pause.
     *
     * @param name the name of the paused type or read model
     * @param reason the reason that other operators see
     */
    public record RequestedPause(String name, String reason) {}

    /**
     * Returns the pause that the body of a request describes.
     *
     * @param readName reads the name from the body, and records a fault if it is invalid
     * @throws dev.studybuddy.api.http.ProblemException 400 if the body is invalid
     */
    public static RequestedPause readPause(HttpServletRequest request, Function<JsonBody, String> readName) {
        JsonBody body = JsonBody.ofOptional(request);
        RequestedPause pause = new RequestedPause(readName.apply(body), body.text("reason", null, REASON));
        body.finish();
        return pause;
    }

    /**
     * Returns the name that the body of a resumption contains. A reason is permitted and has no effect.
     *
     * @param readName reads the name from the body, and records a fault if it is invalid
     * @throws dev.studybuddy.api.http.ProblemException 400 if the body is invalid
     */
    public static String readResumption(HttpServletRequest request, Function<JsonBody, String> readName) {
        JsonBody body = JsonBody.ofOptional(request);
        String name = readName.apply(body);
        body.optionalText("reason", null, REASON);
        body.finish();
        return name;
    }
}

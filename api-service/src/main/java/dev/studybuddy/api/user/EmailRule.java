package dev.studybuddy.api.user;

import dev.studybuddy.api.access.CallerEmail;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.TextRule;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Determines which e-mail address a request may set for a user. If callers could choose any address for themselves,
 * they could take the addresses of other people, or infer from a conflict which addresses exist.
 *
 * @param verifiedOnly whether only the present address and the verified address are accepted
 * @param verified the verified address; null if the caller's token has none
 */
record EmailRule(boolean verifiedOnly, @Nullable String verified) {

    private static final String FIELD = "email";
    private static final TextRule ADDRESS = TextRule.matching(254, "[^@\\s]+@[^@\\s]+", "must be an e-mail address");

    /** This rule accepts any address. It applies to admins who create or change other users. */
    static final EmailRule ANY = new EmailRule(false, null);

    /** Returns the rule for the caller's own user. */
    static EmailRule ofOwnUser(CallerEmail emails) {
        return emails.isVerifiedOnly() ? new EmailRule(true, emails.verified().orElse(null)) : ANY;
    }

    /**
     * Reads the address of a request. Addresses are compared without regard to case.
     *
     * @param present the address that the user has; null for a new user
     * @return the address to store
     * @throws dev.studybuddy.api.http.ProblemException 403 if a new user needs a verified address and the token has
     *     none
     */
    String read(JsonBody body, @Nullable String present) {
        if (!verifiedOnly) {
            return body.text(FIELD, present, ADDRESS);
        }
        if (present == null && verified == null) {
            throw Problem.of(
                            HttpStatus.FORBIDDEN,
                            "email-not-verified",
                            "E-mail address not verified",
                            "The token must contain the claim email, and the claim email_verified with the value true.")
                    .toException();
        }
        String requested = body.text(FIELD, present == null ? verified : present, ADDRESS);
        if (present != null && requested.equalsIgnoreCase(present)) {
            return present;
        }
        if (verified != null && requested.equalsIgnoreCase(verified)) {
            return verified;
        }
        body.fault(FIELD, "must be the verified e-mail address of the token");
        return requested;
    }
}

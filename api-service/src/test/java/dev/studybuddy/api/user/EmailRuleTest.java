package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.ProblemException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmailRuleTest {

    private static final EmailRule VERIFIED = new EmailRule(true, "Anna@example.org");
    private static final EmailRule NOT_VERIFIED = new EmailRule(true, null);

    @Test
    void aNewUserReceivesTheVerifiedAddressOfTheToken() {
        assertThat(read(VERIFIED, "{}", null)).isEqualTo("Anna@example.org");
        assertThat(read(VERIFIED, "{\"email\":\"anna@EXAMPLE.org\"}", null)).isEqualTo("Anna@example.org");
    }

    @Test
    void anAddressThatTheTokenDoesNotVerifyIsRejected() {
        assertThatThrownBy(() -> read(VERIFIED, "{\"email\":\"ben@example.org\"}", null))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        thrown -> assertThat(thrown.problem().slug()).isEqualTo("invalid-request"));
        assertThatThrownBy(() -> read(NOT_VERIFIED, "{\"email\":\"ben@example.org\"}", null))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        thrown -> assertThat(thrown.problem().slug()).isEqualTo("email-not-verified"));
        assertThatThrownBy(() -> read(NOT_VERIFIED, "{\"email\":\"ben@example.org\"}", "anna@example.org"))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void aPatchKeepsThePresentAddressOrTakesTheVerifiedOne() {
        assertThat(read(NOT_VERIFIED, "{}", "old@example.org")).isEqualTo("old@example.org");
        assertThat(read(NOT_VERIFIED, "{\"email\":\"OLD@example.org\"}", "old@example.org"))
                .isEqualTo("old@example.org");
        assertThat(read(VERIFIED, "{\"email\":\"anna@example.org\"}", "old@example.org"))
                .isEqualTo("Anna@example.org");
    }

    @Test
    void theRuleForAdminsAcceptsAnyAddress() {
        assertThat(read(EmailRule.ANY, "{\"email\":\"ben@example.org\"}", "old@example.org"))
                .isEqualTo("ben@example.org");
        assertThatThrownBy(() -> read(EmailRule.ANY, "{}", null)).isInstanceOf(ProblemException.class);
    }

    private static String read(EmailRule rule, String json, @Nullable String present) {
        JsonBody body = JsonBody.of(json.getBytes(StandardCharsets.UTF_8));
        String email = rule.read(body, present);
        body.finish();
        return email;
    }
}

package dev.studybuddy.api.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.Problem.FieldFault;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.QueryParameters;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class ReportScopeTest {

    private static final UUID ANNA = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
    private static final UUID BEN = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");
    private static final Caller USER = new Caller(ANNA, Set.of(Role.USER));
    private static final Caller ADMIN = new Caller(ANNA, Set.of(Role.ADMIN));

    private static ReportScope parse(@Nullable String userId, @Nullable String scope) {
        QueryParameters parameters = new QueryParameters();
        ReportScope parsed = ReportScope.parse(parameters, userId, scope);
        parameters.finish();
        return parsed;
    }

    private static Problem rejection(ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem();
    }

    @Test
    void aReportCoversTheCallerUnlessTheRequestNamesAScope() {
        assertThat(parse(null, null).findUser(USER)).contains(ANNA);
        assertThat(parse("", "").findUser(USER)).contains(ANNA);
        assertThat(parse(ANNA.toString(), null).findUser(USER)).contains(ANNA);
    }

    @Test
    void onlyAnAdminReadsTheReportOfAnotherUser() {
        ReportScope scope = parse(BEN.toString(), null);
        assertThat(scope.findUser(ADMIN)).contains(BEN);
        assertThat(rejection(() -> scope.findUser(USER)).status()).isEqualTo(HttpStatus.NOT_FOUND);
    }

    @Test
    void onlyAnAdminReadsTheReportOfAllUsers() {
        ReportScope scope = parse(null, "all");
        assertThat(scope.findUser(ADMIN)).isEmpty();
        assertThat(rejection(() -> scope.findUser(USER)).status()).isEqualTo(HttpStatus.FORBIDDEN);
    }

    @Test
    void oneUserAndAllUsersCannotBeCombined() {
        assertThat(rejection(() -> parse(BEN.toString(), "all")).errors())
                .containsExactly(new FieldFault("userId", "cannot be combined with scope=all"));
    }
}

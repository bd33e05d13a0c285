package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.contract.AggregateType;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTokensTest {

    private final ConsistencyTokens tokens = signedWith("0123456789abcdef0123456789abcdef");
    private final Caller caller = new Caller(UUID.randomUUID(), Set.of(Role.USER));
    private final AggregateVersion todo =
            new AggregateVersion(AggregateType.TODO, UUID.randomUUID().toString(), 7);
    private final AggregateVersion user =
            new AggregateVersion(AggregateType.USER, UUID.randomUUID().toString(), 1);

    @Test
    void issuedVersionsAreReadFromSeveralHeadersAndLists() {
        String one = tokens.issue(caller, todo);
        String other = tokens.issue(caller, user, todo);

        assertThat(tokens.read(caller, List.of(one, other))).containsExactly(todo, user, todo);
        assertThat(tokens.read(caller, List.of(one + ", " + other))).containsExactly(todo, user, todo);
    }

    @Test
    void emptyTokensAreIgnored() {
        assertThat(tokens.read(caller, List.of("", " ", ","))).isEmpty();
        assertThat(tokens.read(caller, List.of())).isEmpty();
    }

    @Test
    void tokensOfAnotherCallerOrAnotherKeyAreRejected() {
        Caller other = new Caller(UUID.randomUUID(), Set.of(Role.USER));
        String theirs = tokens.issue(other, todo);
        String foreign = signedWith("another key another key another!").issue(caller, todo);

        assertThatThrownBy(() -> tokens.read(caller, List.of(theirs))).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> tokens.read(caller, List.of(foreign))).isInstanceOf(ProblemException.class);
    }

    @Test
    void aKeyIsReplacedWithoutAnInterruption() {
        String old = "0123456789abcdef0123456789abcdef";
        String next = "another key another key another!";
        ConsistencyTokens during = new ConsistencyTokens(List.of(secret(next), secret(old)));

        assertThat(during.read(caller, List.of(tokens.issue(caller, todo)))).containsExactly(todo);
        assertThat(signedWith(next).read(caller, List.of(during.issue(caller, user))))
                .containsExactly(user);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", ".", "a.b", "a.b.c", "MTs.MTs", "é"})
    void aMalformedTokenIsRejected(String text) {
        assertThatThrownBy(() -> tokens.read(caller, List.of(text)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        thrown -> assertThat(thrown.problem().status().value()).isEqualTo(400));
    }

    @Test
    void tokensContainAtMostTwentyVersionsInTotal() {
        String token = tokens.issue(caller, Collections.nCopies(20, todo).toArray(AggregateVersion[]::new));
        assertThat(tokens.read(caller, List.of(token))).hasSize(20);
        assertThatThrownBy(() -> tokens.read(caller, List.of(token, token))).isInstanceOf(ProblemException.class);
    }

    private static ConsistencyTokens signedWith(String key) {
        return new ConsistencyTokens(List.of(secret(key)));
    }

    private static SecretKey secret(String key) {
        return new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }
}

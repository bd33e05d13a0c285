package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;

class VerifiedEmailTest {

    @Test
    void onlyAnAddressThatTheIssuerHasVerifiedIsUsed() {
        assertThat(verified(Map.of("email", "a@example.org", "email_verified", true)))
                .isEqualTo("a@example.org");
        assertThat(verified(Map.of("email", "a@example.org", "email_verified", "true")))
                .isEqualTo("a@example.org");
        assertThat(verified(Map.of("email", "a@example.org", "email_verified", false)))
                .isNull();
        assertThat(verified(Map.of("email", "a@example.org"))).isNull();
        assertThat(verified(Map.of("email", " ", "email_verified", true))).isNull();
        assertThat(verified(Map.of("email", 7, "email_verified", true))).isNull();
        assertThat(verified(Map.of("email_verified", true))).isNull();
    }

    private static String verified(Map<String, Object> claims) {
        Jwt token = Jwt.withTokenValue("t")
                .header("alg", "HS256")
                .subject("s")
                .claims(all -> all.putAll(claims))
                .build();
        return CallerEmail.verifiedIn(token);
    }
}

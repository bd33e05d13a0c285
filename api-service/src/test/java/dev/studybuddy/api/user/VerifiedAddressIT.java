package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** This test uses tokens with and without a verified address in mode {@code jwt}. */
class VerifiedAddressIT {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private static TestDatabase database;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        database = TestServers.newDatabase();
        api = RunningApi.on(
                database.url(),
                Map.of(
                        "studybuddy.access.mode",
                        "jwt",
                        "studybuddy.access.signing-key",
                        KEY,
                        "spring.datasource.username",
                        database.username(),
                        "spring.datasource.password",
                        database.password()));
    }

    @AfterAll
    static void stop() {
        api.close();
        database.close();
    }

    @Test
    void aCallerCanNeitherTakeNorProbeAnAddressOfAnotherPerson() {
        UUID anna = UUID.randomUUID();
        String own = "Anna." + anna + "@example.org";
        Client caller = caller(anna, own, true, "user");
        assertThat(caller.post("/api/users", body(own.toUpperCase(Locale.ROOT))).text("/email"))
                .isEqualTo(own);

        Client other = caller(UUID.randomUUID(), "ben." + anna + "@example.org", true, "user");
        ReceivedAnswer taken = other.post("/api/users", body(own));
        ReceivedAnswer free = other.post("/api/users", body("free." + anna + "@example.org"));

        assertThat(taken.status()).as(taken.body()).isEqualTo(400);
        assertThat(bodyWithoutTrace(taken)).isEqualTo(bodyWithoutTrace(free));
        assertThat(other.post("/api/users", "{\"name\":\"Ben\"}").text("/email"))
                .isEqualTo("ben." + anna + "@example.org");
        assertThat(other.patch("/api/users/me", "{\"email\":\"" + own + "\"}").status())
                .isEqualTo(400);
        assertThat(other.patch("/api/users/me", "{\"name\":\"Benjamin\"}").status())
                .isEqualTo(200);
    }

    @Test
    void aFirstSignInNeedsAVerifiedAddress() {
        UUID id = UUID.randomUUID();
        String address = id + "@example.org";

        assertThat(caller(id, address, false, "user")
                        .post("/api/users", body(address))
                        .problem())
                .isEqualTo("email-not-verified");
        assertThat(caller(id, address, true, "user")
                        .post("/api/users", body(address))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anAdminChoosesTheAddressesOfOtherUsers() {
        Client admin = caller(UUID.randomUUID(), "admin@example.org", true, "admin");
        UUID id = UUID.randomUUID();

        ReceivedAnswer created =
                admin.post("/api/users", "{\"id\":\"" + id + "\",\"email\":\"" + id + "@example.org\",\"name\":\"A\"}");

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(admin.patch("/api/users/" + id, "{\"email\":\"x" + id + "@example.org\"}")
                        .status())
                .isEqualTo(200);
    }

    private static Client caller(UUID id, String email, boolean verified, String role) {
        SecretKeySpec key = new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .subject(id.toString())
                .expiresAt(Instant.now().plusSeconds(600))
                .claim("roles", List.of(role))
                .claim("email", email)
                .claim("email_verified", verified)
                .build();
        String token = new NimbusJwtEncoder(new ImmutableSecret<>(key))
                .encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), claims))
                .getTokenValue();
        return new Client(api.url(), List.of("Authorization", "Bearer " + token));
    }

    private static String body(String email) {
        return "{\"email\":\"" + email + "\",\"name\":\"A name\"}";
    }

    private static String bodyWithoutTrace(ReceivedAnswer answer) {
        return answer.body().replace(answer.text("/traceId"), "");
    }
}

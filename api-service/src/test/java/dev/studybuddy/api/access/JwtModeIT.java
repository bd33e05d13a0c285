package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.EventLines;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** These tests run the service in mode jwt, behind a proxy, with a frontend of another origin. */
class JwtModeIT {

    private static final String KEY = AccessPropertiesTest.KEY;
    private static final String ISSUER = "https://issuer.example";
    private static final String AUDIENCE = "studybuddy";
    private static final String FRONTEND = "https://app.example.org";
    private static final int FAILURES_PER_SECOND = 5;

    private static TestDatabase sql;
    private static RunningApi api;

    private final Client anonymous = new Client(api.url(), List.of());

    @BeforeAll
    static void start() {
        sql = ApiDatabases.newDatabase();
        Map<String, String> settings = new TreeMap<>();
        settings.put("spring.datasource.url", sql.url());
        settings.put("spring.datasource.username", sql.username());
        settings.put("spring.datasource.password", sql.password());
        settings.put("spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy");
        settings.put("spring.kafka.bootstrap-servers", "127.0.0.1:1");
        settings.put("logging.level.org.mongodb.driver", "OFF");
        settings.put("logging.level.org.apache.kafka", "OFF");
        settings.put("studybuddy.access.mode", "jwt");
        settings.put("studybuddy.access.signing-key", KEY + ",second-" + KEY);
        settings.put("studybuddy.access.origins", FRONTEND);
        settings.put("studybuddy.invalid-tokens-per-second", String.valueOf(FAILURES_PER_SECOND));
        settings.put("spring.security.oauth2.resourceserver.jwt.issuer-uri", ISSUER);
        settings.put("spring.security.oauth2.resourceserver.jwt.audiences", AUDIENCE);
        settings.put("server.forward-headers-strategy", "native");
        api = RunningApi.start(settings);
    }

    @AfterAll
    static void stop() {
        api.close();
        sql.close();
    }

    @Test
    void aTokenOfEachSigningKeyIsAccepted() {
        for (String key : List.of(KEY, "second-" + KEY)) {
            assertThat(caller(key, "user").get("/api/todos").status()).isEqualTo(200);
        }
        assertThat(anonymous.get("/api/todos").status()).isEqualTo(401);
        assertThat(caller(KEY, "admin").post("/api/dev/token", "{}").status()).isEqualTo(404);
    }

    @Test
    void everybodyLoadsTheConsoleAndOnlyOperatorsReadItsData() throws Exception {
        assertThat(anonymous.get("/console").status()).isEqualTo(200);
        assertThat(anonymous.get("/openapi/problems/unauthorized").status()).isEqualTo(200);
        assertThat(anonymous.get("/console/assets/main.js").status()).isEqualTo(200);
        assertThat(anonymous.post("/console", "").status()).isEqualTo(401);
        assertThat(anonymous.get("/consoles").status()).isEqualTo(401);
        assertThat(anonymous.get("/webjars/uplot/1.6.30/package.json").status()).isEqualTo(401);

        assertThat(anonymous.get("/api/admin/stream").status()).isEqualTo(401);
        assertThat(caller(KEY, "user").get("/api/admin/stream").problem()).isEqualTo("forbidden");
        try (EventLines stream = EventLines.open(
                api.url() + "/api/admin/stream",
                caller(KEY, "operator-read").headers().toArray(String[]::new))) {
            assertThat(stream.nextEvent()).contains("\"health\"");
        }
    }

    @Test
    void aFrontendOfAListedOriginReadsAnswersAndTheirHeaders() {
        ReceivedAnswer preflight = AccessIT.preflight(anonymous, FRONTEND);
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(FRONTEND);
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PATCH", "DELETE");
        assertThat(preflight.header("Access-Control-Allow-Headers")).containsIgnoringCase("if-match");

        ReceivedAnswer answer = caller(KEY, "user").get("/api/todos", "Origin", FRONTEND);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(FRONTEND);
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains("ETag", "Location", "X-Consistency-Token", "Retry-After", "RateLimit")
                .contains("Content-Disposition", "X-Next-Cursor", "X-Trace-Id");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
        ReceivedAnswer rejected = anonymous.get("/api/todos", "Origin", FRONTEND);
        assertThat(rejected.status()).isEqualTo(401);
        assertThat(rejected.header("Access-Control-Allow-Origin")).isEqualTo(FRONTEND);
        assertThat(caller(KEY, "user")
                        .get("/api/todos", "Origin", "https://other.example.org")
                        .problem())
                .isEqualTo("foreign-origin");
    }

    @Test
    void aFrontendOfAListedOriginReadsRejectionsOfMalformedAndLargeRequests() {
        Client caller = caller(KEY, "user");
        ReceivedAnswer malformed = caller.get("/api/todos?subject=%00", "Origin", FRONTEND);
        ReceivedAnswer large = caller.post("/api/todos", "x".repeat(64 * 1024 + 1), "Origin", FRONTEND);

        assertThat(malformed.problem()).isEqualTo("invalid-request");
        assertThat(large.problem()).isEqualTo("content-too-large");
        assertThat(List.of(malformed, large)).allSatisfy(answer -> {
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(FRONTEND);
            assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After");
        });
    }

    @Test
    void aRejectedPreflightRequestIsAnsweredWithAProblem() {
        assertThat(List.of(preflight("PUT", "content-type"), preflight("PATCH", "x-custom")))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.problem()).isEqualTo("forbidden");
                    assertThat(answer.header("Access-Control-Allow-Methods")).isNull();
                });
    }

    @Test
    void aFrontendOfAListedOriginReadsTheRejectionOfItsMethod() {
        ReceivedAnswer answer = send(caller(KEY, "user"), "PUT", "/api/todos/" + UUID.randomUUID(), "Origin", FRONTEND);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.problem()).isEqualTo("method-not-allowed");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(FRONTEND);
        assertThat(send(anonymous, "PUT", "/api/todos", "Origin", FRONTEND).problem())
                .isEqualTo("unauthorized");
    }

    private ReceivedAnswer preflight(String method, String headers) {
        return send(
                anonymous,
                "OPTIONS",
                "/api/todos",
                "Origin",
                FRONTEND,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                headers);
    }

    private static ReceivedAnswer send(Client client, String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(client.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .headers(headers);
        if (!client.headers().isEmpty()) {
            request.headers(client.headers().toArray(String[]::new));
        }
        return Client.send(request.build());
    }

    @Test
    void invalidTokensAreLimitedByTheAddressOfTheClientBehindTheProxy() {
        String[] attacker = {"Authorization", "Bearer x", "X-Forwarded-For", "203.0.113.7"};
        Client verified = caller(KEY, "user");
        assertThat(verified.get("/api/todos", "X-Forwarded-For", "203.0.113.7").status())
                .isEqualTo(200);
        List<Integer> statuses = new ArrayList<>();
        // A machine that stalls sends few requests within the second of a limit.
        while (!statuses.contains(429) && statuses.size() < 100 * FAILURES_PER_SECOND) {
            statuses.add(anonymous.get("/api/todos", attacker).status());
        }

        assertThat(verified.get("/api/todos", "X-Forwarded-For", "203.0.113.7").status())
                .isEqualTo(200);
        assertThat(statuses).contains(401, 429).containsOnly(401, 429);
        assertThat(anonymous
                        .get("/api/todos", "Authorization", "Bearer x", "X-Forwarded-For", "203.0.113.8")
                        .status())
                .isEqualTo(401);
        assertThat(caller(KEY, "user")
                        .get("/api/todos", "X-Forwarded-For", "203.0.113.9")
                        .status())
                .isEqualTo(200);
        assertThat(anonymous.get("/health", "X-Forwarded-For", "203.0.113.7").header("RateLimit"))
                .isNull();
    }

    @Test
    void theTokenScriptSignsTokensWithIssuerAndAudience() throws Exception {
        assertThat(run(Map.of(
                                "STUDYBUDDY_ACCESS_SIGNING_KEY", KEY + ",second-" + KEY,
                                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI", ISSUER,
                                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES", AUDIENCE + ",other"))
                        .get("/api/admin/audit")
                        .status())
                .isEqualTo(200);
        assertThat(run(Map.of("STUDYBUDDY_ACCESS_SIGNING_KEY", KEY))
                        .get("/api/admin/audit")
                        .status())
                .isEqualTo(401);
    }

    /** Returns a client with the token that {@code infra/token} prints. */
    private static Client run(Map<String, String> environment) throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("studybuddy.root", "..")).toAbsolutePath();
        ProcessBuilder script = new ProcessBuilder(
                        root.resolve("infra/token").toString(), "--api", "http://127.0.0.1:1")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        script.environment().putAll(environment);
        Process process = script.start();
        String token = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).isZero();
        return new Client(api.url(), List.of("Authorization", "Bearer " + token, "X-Forwarded-For", "203.0.113.10"));
    }

    private static Client caller(String key, String role) {
        JWK secret = new OctetSequenceKey.Builder(key.getBytes(StandardCharsets.UTF_8)).build();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(UUID.randomUUID().toString())
                .claim("roles", List.of(role))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
        return new Client(
                api.url(), List.of("Authorization", "Bearer " + TestIssuer.sign(secret, JWSAlgorithm.HS256, claims)));
    }
}

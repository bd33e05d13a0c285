package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.testing.RepeatedRounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;

class TokenDecoderTest {

    private static final String OLD_KEY = AccessPropertiesTest.KEY;
    private static final String NEW_KEY = "new-" + OLD_KEY;

    private final TestIssuer issuer = new TestIssuer();
    private final OAuth2ResourceServerProperties.Jwt jwt = new OAuth2ResourceServerProperties().getJwt();
    private final List<TokenDecoder> opened = new ArrayList<>();

    TokenDecoderTest() {
        jwt.setJwkSetUri(issuer.keySetUri());
        jwt.setIssuerUri(issuer.url());
        jwt.setAudiences(List.of("studybuddy"));
        jwt.setJwsAlgorithms(List.of("RS256", "PS256", "ES256"));
    }

    @AfterEach
    void close() throws IOException {
        for (TokenDecoder decoder : opened) {
            decoder.close();
        }
        issuer.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256"})
    void tokensOfEachConfiguredAlgorithmAreAccepted(String name) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        JWK key = name.startsWith("ES") ? issuer.ecKey() : issuer.rsaKey();

        assertAccepted(decoder(), TestIssuer.sign(key, algorithm, issuer.claims("user")));
        assertAccepted(decoder(), TestIssuer.sign(key, algorithm, "at+jwt", issuer.claims("user")));
    }

    @Test
    void theKeySetIsFoundThroughTheMetadataOfTheIssuer() {
        jwt.setJwkSetUri(null);

        assertAccepted(decoder(), signed(issuer.claims("user")));
    }

    @Test
    void tokensOfAnotherIssuerAudienceOrKindAreRejected() {
        TokenDecoder decoder = decoder();

        assertRejected(decoder, signed(issuer.claims("admin").audience("another-service")));
        assertRejected(decoder, signed(issuer.claims("admin").audience((String) null)));
        assertRejected(decoder, signed(issuer.claims("admin").issuer("https://another.example")));
        assertRejected(decoder, signed(issuer.claims("admin").issuer(null)));
        assertRejected(decoder, signed(issuer.claims("admin").claim("typ", "ID")));
        assertRejected(decoder, signed(issuer.claims("admin").claim("at_hash", "x")));
        assertRejected(
                decoder, TestIssuer.sign(issuer.rsaKey(), JWSAlgorithm.RS256, "logout+jwt", issuer.claims("admin")));
    }

    @Test
    void tokensWithoutAValidSignatureAreRejected() {
        TokenDecoder decoder = decoder();
        JWTClaimsSet.Builder claims = issuer.claims("admin");
        JWK publicKeyAsSecret = new OctetSequenceKey.Builder(
                        issuer.rsaKey().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))
                .keyID(issuer.rsaKey().getKeyID())
                .build();

        assertRejected(decoder, TestIssuer.sign(publicKeyAsSecret, JWSAlgorithm.HS256, claims));
        assertRejected(decoder, TestIssuer.sign(TestIssuer.newRsaKey("rsa"), JWSAlgorithm.RS256, claims));
        assertRejected(decoder, TestIssuer.sign(issuer.rsaKey(), JWSAlgorithm.RS512, claims));
        assertRejected(decoder, new PlainJWT(claims.build()).serialize());
    }

    @Test
    void theLogNamesTheAlgorithmOfARejectedToken() {
        TokenDecoder decoder = decoder();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(TokenDecoder.class);
        log.start();
        logger.addAppender(log);
        try {
            assertRejected(decoder, TestIssuer.sign(issuer.rsaKey(), JWSAlgorithm.RS512, issuer.claims("user")));
            assertRejected(decoder, new PlainJWT(issuer.claims("user").build()).serialize());
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list)
                .extracting(line -> line.getFormattedMessage() + " "
                        + line.getKeyValuePairs().getFirst())
                .containsExactly(
                        "The service rejected an invalid bearer token and answers the request with 401"
                                + " algorithm=\"RS512\"",
                        "The service rejected an invalid bearer token and answers the request with 401"
                                + " algorithm=\"none\"");
    }

    @Test
    void aTokenNeedsAnExpiryAndItsTimesMayDifferByTheClockSkew() {
        TokenDecoder decoder = decoder(Map.of("clock-skew", "30s"));

        assertAccepted(decoder, signed(expiringAt(Instant.now().minusSeconds(20))));
        assertRejected(decoder, signed(expiringAt(Instant.now().minusSeconds(40))));
        assertRejected(decoder, signed(issuer.claims("user").expirationTime(null)));
        assertRejected(
                decoder,
                signed(issuer.claims("user")
                        .notBeforeTime(Date.from(Instant.now().plusSeconds(40)))));
    }

    @Test
    void tokensWithUnknownKeysLoadTheKeySetAtMostTwice() {
        TokenDecoder decoder = decoder();
        assertAccepted(decoder, signed(issuer.claims("user")));
        int before = issuer.keySetRequests();
        JWK unknown = TestIssuer.newRsaKey("made-up");

        for (int sent = 0; sent < 50; sent++) {
            assertRejected(decoder, TestIssuer.sign(unknown, JWSAlgorithm.RS256, issuer.claims("user")));
        }

        assertThat(issuer.keySetRequests() - before).isBetween(1, 2);
        assertAccepted(decoder, signed(issuer.claims("user")));
    }

    @Test
    void aNewKeyOfTheIssuerIsAcceptedAtOnce() {
        TokenDecoder decoder = decoder();
        assertAccepted(decoder, signed(issuer.claims("user")));

        assertAccepted(decoder, TestIssuer.sign(issuer.addKey(), JWSAlgorithm.RS256, issuer.claims("user")));
    }

    @Test
    void aTokenWhoseIssuerDoesNotAnswerIsNotRejectedAsInvalid() {
        CountDownLatch open = new CountDownLatch(1);
        issuer.stall(open);
        TokenDecoder decoder = decoder(Map.of("key-set.read-timeout", "100ms"));
        long started = System.nanoTime();

        assertThatThrownBy(() -> decoder.decode(signed(issuer.claims("user"))))
                .isInstanceOf(JwtException.class)
                .isNotInstanceOf(BadJwtException.class);

        // Without the time limit, the load of the keys would not end before the latch opens.
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(30));
        open.countDown();
    }

    @Test
    void requestsThatNeedTheSameKeysEndByTheirDeadlines() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        issuer.stall(open);
        String token = signed(issuer.claims("user"));

        // Without its deadline, a request that waits for the load of another one would take the time limit of a load,
        // which is two seconds.
        RepeatedRounds.assertOneTakesLessThan(Duration.ofMillis(1900), () -> {
            TokenDecoder decoder = decoder(Map.of("key-set.read-timeout", "2s"));
            long started = System.nanoTime();
            try (ExecutorService requests = Executors.newFixedThreadPool(2)) {
                List<Future<?>> decoded = new ArrayList<>();
                for (int request = 0; request < 2; request++) {
                    decoded.add(requests.submit(() -> {
                        Deadline.begin(Duration.ofSeconds(1), System::nanoTime);
                        decoder.decode(token);
                    }));
                }
                for (Future<?> each : decoded) {
                    assertThatThrownBy(each::get)
                            .hasCauseInstanceOf(JwtException.class)
                            .hasRootCauseInstanceOf(IOException.class);
                }
            }
            return Duration.ofNanos(System.nanoTime() - started);
        });
        open.countDown();
    }

    @Test
    void aSigningKeyIsReplacedWithoutAnInterruption() {
        jwt.setJwkSetUri(null);
        JWK old = secret(OLD_KEY);
        JWK next = secret(NEW_KEY);
        TokenDecoder during = decoder(Map.of("signing-key", NEW_KEY + "," + OLD_KEY));

        assertAccepted(during, TestIssuer.sign(old, JWSAlgorithm.HS256, issuer.claims("user")));
        assertAccepted(during, TestIssuer.sign(next, JWSAlgorithm.HS256, issuer.claims("user")));
        assertRejected(
                decoder(Map.of("signing-key", NEW_KEY)),
                TestIssuer.sign(old, JWSAlgorithm.HS256, issuer.claims("user")));
    }

    @Test
    void anRsaPublicKeyVerifiesTokens() throws Exception {
        jwt.setJwkSetUri(null);
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(issuer.rsaKey().toRSAKey().toPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        jwt.setPublicKeyLocation(new ByteArrayResource(pem.getBytes(StandardCharsets.UTF_8)));
        TokenDecoder decoder = decoder();

        assertAccepted(decoder, signed(issuer.claims("user")));
        assertRejected(decoder, TestIssuer.sign(issuer.ecKey(), JWSAlgorithm.ES256, issuer.claims("user")));
    }

    private JWTClaimsSet.Builder expiringAt(Instant at) {
        return issuer.claims("user").expirationTime(Date.from(at));
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return TestIssuer.sign(issuer.rsaKey(), JWSAlgorithm.RS256, claims);
    }

    private static JWK secret(String text) {
        return new OctetSequenceKey.Builder(text.getBytes(StandardCharsets.UTF_8)).build();
    }

    private TokenDecoder decoder() {
        return decoder(Map.of());
    }

    private TokenDecoder decoder(Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("consistency-key", OLD_KEY);
        AccessProperties access = AccessPropertiesTest.bind(all);
        SigningKeys keys = new SigningKeys(JdbcClient.create(new DriverManagerDataSource()), access);
        TokenDecoder decoder = TokenDecoder.of(TokenRules.of(access, jwt), access, jwt, keys);
        opened.add(decoder);
        return decoder;
    }

    private static void assertAccepted(TokenDecoder decoder, String token) {
        assertThatCode(() -> decoder.decode(token)).doesNotThrowAnyException();
    }

    private static void assertRejected(TokenDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token)).isInstanceOf(BadJwtException.class);
    }
}

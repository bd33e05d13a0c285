package dev.studybuddy.api.access;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the settings of authentication under {@code studybuddy.access}. The properties
 * {@code spring.security.oauth2.resourceserver.jwt.*} of Spring Boot name the issuer, its keys, the audience, the
 * algorithms and the claims.
 *
 * @param mode In mode {@code jwt}, each request to the API needs a bearer token. Mode {@code open} is for a development
 *     machine: a request without a token acts as the demo user, who is an admin.
 * @param signingKey The service verifies HS256 tokens with these secrets, separated by commas, each of at least 32
 *     bytes. The first one signs, and all of them verify, so that a secret can be replaced without an interruption. Set
 *     them by the environment variable STUDYBUDDY_ACCESS_SIGNING_KEY.
 * @param consistencyKey The service signs consistency tokens with the first of these secrets and verifies them with
 *     all. They are separated by commas, have at least 32 bytes each, and are equal on all instances. Set them by the
 *     environment variable STUDYBUDDY_ACCESS_CONSISTENCY_KEY. If none is set, the service derives them from the signing
 *     keys.
 * @param clockSkew The service accepts a token until this time after its expiry, and from this time before its start. A
 *     longer time tolerates greater differences between the clocks, and expired tokens stay valid for longer. It is at
 *     most 5 minutes.
 * @param origins Web pages of these origins, such as {@code https://app.example.org}, may call the service from a
 *     browser, and so may the service's own origin. Requests of all other origins are rejected with 403. In mode
 *     {@code open}, the value {@code http://localhost:*} permits all ports of this machine.
 * @param keySet the settings of the requests for the issuer's keys
 */
@Validated
@ConfigurationProperties(value = "studybuddy.access", ignoreUnknownFields = false)
record AccessProperties(
        @DefaultValue("jwt") Mode mode,
        @DefaultValue List<String> signingKey,
        @DefaultValue List<String> consistencyKey,
        @DefaultValue("60s") Duration clockSkew,
        @DefaultValue List<String> origins,
        @DefaultValue @Valid KeySet keySet) {

    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

    /** Selects how the service identifies callers. */
    public enum Mode {
        /** Each caller presents a signed token. */
        JWT,
        /** A caller without a token is the demo user. */
        OPEN
    }

    /**
     * Holds the settings of the requests for the issuer's keys under {@code studybuddy.access.key-set}.
     *
     * @param connectTimeout The service waits at most this long for a connection to the issuer. A longer timeout
     *     tolerates a slower network and delays the answer to the request that needs the keys.
     * @param readTimeout The service waits at most this long for an answer of the issuer. A longer timeout tolerates a
     *     slower issuer and delays the answer to the request that needs the keys. Together with the connect timeout it
     *     must be at most 2500 ms.
     * @param refreshInterval The service loads the keys again after this time, in the background. A longer interval
     *     delays the rejection of tokens whose key the issuer has removed. It must be at least one minute.
     * @param minimumInterval The service loads the keys for tokens with an unknown key at most twice in this time. A
     *     longer interval protects the issuer from requests for keys that do not exist and delays the acceptance of a
     *     new key.
     * @param outageTolerance The service uses the last keys for this time while the issuer is unavailable. With a
     *     longer time, the service verifies tokens during longer outages, and a key that was removed during the outage
     *     stays valid for longer.
     */
    record KeySet(
            @DefaultValue("400ms") Duration connectTimeout,
            @DefaultValue("1s") Duration readTimeout,
            @DefaultValue("5m") Duration refreshInterval,
            @DefaultValue("10s") Duration minimumInterval,
            @DefaultValue("1h") Duration outageTolerance) {

        private static final Duration MAX_TIMEOUTS = Duration.ofMillis(2500);
        private static final Duration MIN_REFRESH_INTERVAL = Duration.ofMinutes(1);

        @AssertTrue(
                message = "studybuddy.access.key-set.connect-timeout and read-timeout must be positive and together at"
                        + " most 2500 ms")
        boolean isTimeoutsWithinLimit() {
            return connectTimeout.isPositive()
                    && readTimeout.isPositive()
                    && connectTimeout.plus(readTimeout).compareTo(MAX_TIMEOUTS) <= 0;
        }

        @AssertTrue(
                message = "studybuddy.access.key-set.refresh-interval must be at least one minute, and minimum-interval"
                        + " must be positive and shorter than it")
        boolean isIntervalsInOrder() {
            return refreshInterval.compareTo(MIN_REFRESH_INTERVAL) >= 0
                    && minimumInterval.isPositive()
                    && minimumInterval.compareTo(refreshInterval) < 0;
        }

        @AssertTrue(message = "studybuddy.access.key-set.outage-tolerance must be positive")
        boolean isOutageTolerancePositive() {
            return outageTolerance.isPositive();
        }
    }

    public AccessProperties {
        signingKey = withoutBlanks(signingKey);
        consistencyKey = withoutBlanks(consistencyKey);
        origins = withoutBlanks(origins);
    }

    @AssertTrue(
            message = "studybuddy.access.signing-key and studybuddy.access.consistency-key must"
                    + " each have at least 32 bytes")
    boolean isEverySecretLongEnough() {
        return Stream.concat(signingKey.stream(), consistencyKey.stream())
                .allMatch(key -> key.getBytes(StandardCharsets.UTF_8).length >= 32);
    }

    @AssertTrue(
            message = "studybuddy.access.consistency-key (STUDYBUDDY_ACCESS_CONSISTENCY_KEY) must be set if"
                    + " studybuddy.access.mode is jwt and studybuddy.access.signing-key is not set")
    boolean isConsistencyKeyAvailable() {
        return mode == Mode.OPEN || !consistencyKey.isEmpty() || !signingKey.isEmpty();
    }

    @AssertTrue(message = "studybuddy.access.clock-skew must be from 0 to 5 minutes")
    boolean isClockSkewWithinLimit() {
        return !clockSkew.isNegative() && clockSkew.compareTo(MAX_CLOCK_SKEW) <= 0;
    }

    @AssertTrue(
            message = "studybuddy.access.origins must be exact origins such as https://app.example.org, without a path;"
                    + " only in mode open, http://localhost:* permits all ports of this machine")
    boolean isEveryOriginExact() {
        return origins.stream().allMatch(origin -> AllowedOrigins.isValid(origin, mode));
    }

    private static List<String> withoutBlanks(List<String> texts) {
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }

    /** Returns the settings without the secrets, so that no log can reveal them. */
    @Override
    public String toString() {
        return "AccessProperties[mode=" + mode + ", origins=" + origins + ", clockSkew=" + clockSkew + ", keySet="
                + keySet + ']';
    }
}

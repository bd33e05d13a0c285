package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.access.AccessProperties.Mode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessPropertiesTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @Test
    void modeJwtNeedsExactlyOneSourceOfKeys() {
        assertThat(jwt(null, null, null).isOneSourceOfKeys()).isFalse();
        assertThat(jwt("https://issuer.example", null, null).isOneSourceOfKeys())
                .isTrue();
        assertThat(jwt(null, "https://issuer.example/keys", null).isOneSourceOfKeys())
                .isTrue();
        assertThat(jwt(null, "https://issuer.example/keys", KEY).isOneSourceOfKeys())
                .isFalse();
        assertThat(jwt(null, null, " ").isOneSourceOfKeys()).isFalse();
    }

    @Test
    void secretsAreLongAndNeverPrinted() {
        assertThat(jwt(null, null, "short").isEverySecretLongEnough()).isFalse();
        assertThat(jwt(null, null, KEY).isEverySecretLongEnough()).isTrue();
        assertThat(jwt(null, null, KEY)).asString().doesNotContain(KEY);
    }

    @Test
    void consistencyTokensNeedAKeyThatAllInstancesHave() {
        assertThat(jwt("https://issuer.example", null, null).isConsistencyKeyKnown())
                .isFalse();
        assertThat(jwt(null, null, KEY).isConsistencyKeyKnown()).isTrue();
        assertThat(new AccessProperties(Mode.JWT, "https://issuer.example", null, null, null, null, KEY)
                        .isConsistencyKeyKnown())
                .isTrue();
    }

    private static AccessProperties jwt(@Nullable String issuer, @Nullable String keySet, @Nullable String key) {
        return new AccessProperties(Mode.JWT, issuer, keySet, null, key, null, null);
    }
}

package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.access.AccessProperties.Mode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessPropertiesTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @Test
    void modeJwtRequiresExactlyOneKeySource() {
        assertThat(jwt(null, null, null).isExactlyOneKeySourceSet()).isFalse();
        assertThat(jwt("https://issuer.example", null, null).isExactlyOneKeySourceSet())
                .isTrue();
        assertThat(jwt(null, "https://issuer.example/keys", null).isExactlyOneKeySourceSet())
                .isTrue();
        assertThat(jwt(null, "https://issuer.example/keys", KEY).isExactlyOneKeySourceSet())
                .isFalse();
        assertThat(jwt(null, null, " ").isExactlyOneKeySourceSet()).isFalse();
    }

    @Test
    void secretsHaveAtLeast32BytesAndAreNeverPrinted() {
        assertThat(jwt(null, null, "short").isEverySecretLongEnough()).isFalse();
        assertThat(jwt(null, null, KEY).isEverySecretLongEnough()).isTrue();
        assertThat(jwt(null, null, KEY)).asString().doesNotContain(KEY);
    }

    @Test
    void consistencyTokensRequireAKeyThatAllInstancesShare() {
        assertThat(jwt("https://issuer.example", null, null).isConsistencyKeyAvailable())
                .isFalse();
        assertThat(jwt(null, null, KEY).isConsistencyKeyAvailable()).isTrue();
        assertThat(new AccessProperties(Mode.JWT, "https://issuer.example", null, null, null, null, KEY)
                        .isConsistencyKeyAvailable())
                .isTrue();
    }

    private static AccessProperties jwt(@Nullable String issuer, @Nullable String keySet, @Nullable String key) {
        return new AccessProperties(Mode.JWT, issuer, keySet, null, key, null, null);
    }
}

package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicSettingsTest {

    private static final int LONGEST_TYPE = 249 - "studybuddy..v1.dlt".length();

    @Test
    void aTypeThatGivesNoTopicNameHasADefect() {
        TopicSettings settings = settings(true, false);

        assertThat(settings.nameDefect("todo")).isEmpty();
        assertThat(settings.nameDefect("a".repeat(LONGEST_TYPE))).isEmpty();
        assertThat(settings.nameDefect("a".repeat(LONGEST_TYPE + 1))).isPresent();
        for (String type : List.of("order line", "Übung", "a/b", "a\nb")) {
            assertThat(settings.nameDefect(type)).as(type).isPresent();
        }
    }

    @Test
    void onlyListedTypesAreCreatedUnlessTheSettingPermitsOthers() {
        assertThat(settings(true, false).mayCreate("todo")).isTrue();
        assertThat(settings(true, false).mayCreate("other")).isFalse();
        assertThat(settings(true, true).mayCreate("other")).isTrue();
        assertThat(settings(false, true).mayCreate("todo")).isFalse();
    }

    private static TopicSettings settings(boolean create, boolean createUnlisted) {
        return new TopicSettings(
                "studybuddy.{type}.v1", List.of("todo"), 12, create, createUnlisted, (short) 3, 2, Duration.ofDays(7));
    }
}

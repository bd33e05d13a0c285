package dev.studybuddy.api.leaderboard;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the settings of the leaderboard under {@code studybuddy.leaderboard}.
 *
 * @param cache An instance reads the ranked users of a period once in this time, for all callers. A longer time takes
 *     less of MongoDB's capacity and makes the leaderboard older, by at most twice this time.
 */
@Validated
@ConfigurationProperties("studybuddy.leaderboard")
record LeaderboardProperties(
        @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(seconds = 10)
        Duration cache) {}

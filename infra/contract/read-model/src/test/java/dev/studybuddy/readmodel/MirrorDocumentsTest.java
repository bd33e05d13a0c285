package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class MirrorDocumentsTest {

    private static final Instant AT = Instant.parse("2026-11-23T09:00:00.000001Z");

    private final Document mirror = new Document("_id", "u")
            .append("name", "Anna")
            .append("username", null)
            .append("avatar", null)
            .append("timeZone", "Europe/Berlin")
            .append("showProfile", true)
            .append("createdAt", "2026-11-23T09:00:00.000001Z")
            .append("updatedAt", "2026-11-23T09:00:00.000001Z")
            .append("version", 3L)
            .append("offset", 7L)
            .append("_originalId", "u")
            .append("_syncedAt", Date.from(AT))
            .append("_source", "cockroachdb");

    @Test
    void theStateConsistsOfTheFieldsWithoutAnUnderscore() {
        assertThat(MirrorDocuments.toState(AggregateType.USER, mirror))
                .isEqualTo(new UserState("u", "Anna", null, null, "Europe/Berlin", true, 3, AT, AT));
    }

    @Test
    void anUnknownFieldIsIgnored() {
        mirror.append("more", Arrays.asList(1, 4_000_000_000L, 0.5, null, new Document("a", List.of("b", false))));

        assertThat(MirrorDocuments.toState(AggregateType.USER, mirror)).isInstanceOf(UserState.class);
    }

    @Test
    void aMirrorThatLacksAFieldIsUnreadable() {
        mirror.remove("name");

        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> MirrorDocuments.toState(AggregateType.USER, mirror));
    }

    @Test
    void aValueOfATypeThatNoEventHasIsUnreadable() {
        mirror.append("name", Date.from(AT));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MirrorDocuments.toState(AggregateType.USER, mirror))
                .withMessage("the mirror contains a value of type Date");
    }
}

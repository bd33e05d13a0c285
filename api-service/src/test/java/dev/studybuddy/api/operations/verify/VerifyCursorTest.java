package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.verify.VerifyCursor.Phase;
import org.junit.jupiter.api.Test;

class VerifyCursorTest {

    @Test
    void aPositionIsReadAsItWasWritten() {
        VerifyCursor user = new VerifyCursor("study", 3, Phase.USERS, "", "a/user");

        assertThat(VerifyCursor.parse(user.text())).contains(user);
    }

    /** A verify whose recorded position is ignored starts from the beginning. */
    @Test
    void aPositionOfAnEarlierVersionIsIgnored() {
        assertThat(VerifyCursor.parse(null)).isEmpty();
        assertThat(VerifyCursor.parse("session/0b6f")).isEmpty();
        assertThat(VerifyCursor.parse("3/mirrors/session/0b6f")).isEmpty();
        assertThat(VerifyCursor.parse("3/users//a/user")).isEmpty();
        assertThat(VerifyCursor.parse("3/repair//")).isEmpty();
    }
}

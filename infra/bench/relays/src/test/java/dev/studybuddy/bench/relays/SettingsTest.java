package dev.studybuddy.bench.relays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final Relay DRAINED = relay("drained", Set.of(Part.DRAIN), 100);

    @Test
    void aRunWithoutASelectionMeasuresEachRelayInItsOwnParts() {
        Settings settings = parse();

        assertThat(settings.measures(DRAINED, Part.DRAIN)).isTrue();
        assertThat(settings.measures(DRAINED, Part.LAG)).isFalse();
    }

    @Test
    void aSelectedRelayIsMeasuredInAllSelectedParts() {
        Settings settings = parse("--relays", "drained", "--parts", "lag,cpu");

        assertThat(settings.measures(DRAINED, Part.DRAIN)).isFalse();
        assertThat(settings.measures(DRAINED, Part.LAG)).isTrue();
        assertThat(settings.measures(relay("other", Set.of(Part.LAG), 100), Part.LAG))
                .isFalse();
    }

    @Test
    void noRateAboveTheHighestOneOfARelayIsOffered() {
        assertThat(parse("--rates=50,100,200").rates(DRAINED)).containsExactly(50, 100);
    }

    @Test
    void anUnknownRelayIsRejected() {
        assertThatThrownBy(() -> parse("--relays=drain"))
                .hasMessage("--relays names drain, but the accepted words are: drained, other");
    }

    private static Settings parse(String... arguments) {
        return Settings.parse(arguments, List.of("drained", "other"));
    }

    private static Relay relay(String id, Set<Part> parts, int maxRate) {
        return new Relay(
                id,
                id,
                "1",
                Kind.RELAY,
                new ContractOutbox(),
                1,
                true,
                false,
                0,
                parts,
                maxRate,
                (workspace, n) -> new Relay.ProcessCommand(List.of(), Map.of()));
    }
}

package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenerationRecordTest {

    private static final Instant STARTED = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant SWITCHED = Instant.parse("2026-11-23T11:00:00Z");
    private static final Instant SWITCHED_BACK = Instant.parse("2026-11-23T12:00:00Z");

    private final GenerationRecord none = GenerationRecord.empty("study");
    private final GenerationRecord first = none.beginActive(generation(1));
    private final GenerationRecord building = first.begin(generation(2));
    private final GenerationRecord replaced = building.activate(2, SWITCHED);

    @Test
    void theFirstGenerationMayBeActiveAtOnce() {
        assertThat(lists(first)).isEqualTo(Arrays.asList(1, null, null));
        assertThat(first.last()).isEqualTo(1);
        assertThat(first.generations().get(1)).isEqualTo(generation(1));
        assertThat(first.stateOf(1)).isEqualTo(GenerationState.ACTIVE);
    }

    @Test
    void onlyTheFirstGenerationMayBeActiveAtOnce() {
        assertThatIllegalStateException()
                .isThrownBy(() -> first.beginActive(generation(2)))
                .withMessageContaining("not the first");
        assertThatIllegalStateException()
                .isThrownBy(() -> none.begin(generation(1)).beginActive(generation(2)))
                .withMessageContaining("not the first");
    }

    @Test
    void aGenerationThatBeginsIsBuilding() {
        assertThat(lists(building)).isEqualTo(Arrays.asList(1, null, 2));
        assertThat(building.last()).isEqualTo(2);
        assertThat(building.stateOf(2)).isEqualTo(GenerationState.BUILDING);
        assertThat(building.stateOf(1)).isEqualTo(GenerationState.ACTIVE);
    }

    @Test
    void aSecondGenerationCannotBeginWhileOneIsBuilding() {
        assertThatIllegalStateException()
                .isThrownBy(() -> building.begin(generation(3)))
                .withMessage("read model study: generation 3 cannot begin: generation 2 is building");
    }

    @Test
    void aGenerationNumberIsNeverUsedTwice() {
        assertThatIllegalStateException()
                .isThrownBy(() -> replaced.begin(generation(2)))
                .withMessageContaining("the last one was 2");
    }

    @Test
    void activatingTheBuildingGenerationKeepsTheActiveOneAsPrevious() {
        assertThat(lists(replaced)).isEqualTo(Arrays.asList(2, 1, null));
        assertThat(replaced.stateOf(2)).isEqualTo(GenerationState.ACTIVE);
        assertThat(replaced.stateOf(1)).isEqualTo(GenerationState.PREVIOUS);
        assertThat(replaced.generations().values())
                .extracting(Generation::switchedAt)
                .containsOnly(SWITCHED);
    }

    @Test
    void activatingTheFirstBuiltGenerationLeavesNoPreviousOne() {
        GenerationRecord activated = none.begin(generation(1)).activate(1, SWITCHED);

        assertThat(lists(activated)).isEqualTo(Arrays.asList(1, null, null));
    }

    @Test
    void theActivationOfThePreviousGenerationSwapsBothAndLeavesTheBuildingOne() {
        GenerationRecord back = replaced.begin(generation(3)).activate(1, SWITCHED_BACK);

        assertThat(lists(back)).isEqualTo(Arrays.asList(1, 2, 3));
        assertThat(back.generations().get(1).switchedAt()).isEqualTo(SWITCHED_BACK);
        assertThat(back.generations().get(2).switchedAt()).isEqualTo(SWITCHED_BACK);
        assertThat(back.generations().get(3).switchedAt()).isNull();
    }

    @Test
    void aReplacedPreviousGenerationIsRetired() {
        GenerationRecord third = replaced.begin(generation(3)).activate(3, SWITCHED_BACK);

        assertThat(lists(third)).isEqualTo(Arrays.asList(3, 2, null));
        assertThat(third.stateOf(1)).isEqualTo(GenerationState.RETIRED);
    }

    @Test
    void onlyTheBuildingOrThePreviousGenerationCanBeActivated() {
        assertThatIllegalStateException()
                .isThrownBy(() -> first.activate(1, SWITCHED))
                .withMessageContaining("it is active");
        assertThatIllegalStateException()
                .isThrownBy(() -> building.abort(2, "unwanted").activate(2, SWITCHED))
                .withMessageContaining("it is aborted");
        assertThatIllegalStateException()
                .isThrownBy(() -> replaced.retirePrevious("expired").activate(1, SWITCHED))
                .withMessageContaining("it is retired");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> building.markBroken(2, "recreated").orElseThrow().activate(2, SWITCHED))
                .withMessageContaining("it is broken");
    }

    @Test
    void anAbortedGenerationIsNoLongerListed() {
        GenerationRecord aborted = building.abort(2, "unwanted");

        assertThat(lists(aborted)).isEqualTo(Arrays.asList(1, null, null));
        assertThat(aborted.stateOf(2)).isEqualTo(GenerationState.ABORTED);
        assertThat(aborted.generations().get(2).reason()).isEqualTo("unwanted");
        assertThat(aborted.begin(generation(3)).building()).isEqualTo(3);
    }

    @Test
    void onlyTheBuildingGenerationCanBeAborted() {
        assertThatIllegalStateException()
                .isThrownBy(() -> building.abort(1, "unwanted"))
                .withMessageContaining("it is active");
        assertThatIllegalStateException().isThrownBy(() -> first.abort(2, "unwanted"));
    }

    @Test
    void aRetiredGenerationIsNoLongerListed() {
        GenerationRecord retired = replaced.retirePrevious("expired");

        assertThat(lists(retired)).isEqualTo(Arrays.asList(2, null, null));
        assertThat(retired.stateOf(1)).isEqualTo(GenerationState.RETIRED);
        assertThat(retired.generations().get(1).end()).isEqualTo(Generation.End.RETIRED);
    }

    @Test
    void aBrokenPreviousGenerationStaysBrokenWhenItIsRetired() {
        GenerationRecord retired =
                replaced.markBroken(1, "recreated").orElseThrow().retirePrevious("expired");

        assertThat(lists(retired)).isEqualTo(Arrays.asList(2, null, null));
        assertThat(retired.stateOf(1)).isEqualTo(GenerationState.BROKEN);
        assertThat(retired.generations().get(1).reason()).isEqualTo("recreated");
    }

    @Test
    void withoutAPreviousGenerationNoneCanBeRetired() {
        assertThatIllegalStateException().isThrownBy(() -> first.retirePrevious("expired"));
    }

    @Test
    void aBrokenGenerationStaysListed() {
        GenerationRecord broken = first.markBroken(1, "recreated").orElseThrow();

        assertThat(lists(broken)).isEqualTo(lists(first));
        assertThat(broken.stateOf(1)).isEqualTo(GenerationState.BROKEN);
    }

    @Test
    void anUnknownOrEndedGenerationCannotBreak() {
        assertThat(first.markBroken(2, "recreated")).isEmpty();
        assertThat(building.abort(2, "unwanted").markBroken(2, "recreated")).isEmpty();
        assertThat(first.markBroken(1, "recreated").orElseThrow().markBroken(1, "again"))
                .isEmpty();
    }

    @Test
    void aRecordKeepsItsListedGenerationsAndTheNewestOthers() {
        GenerationRecord record = abortedBuilds(replaced, 3, 100);

        assertThat(record.last()).isEqualTo(100);
        assertThat(record.generations().keySet())
                .containsExactlyElementsOf(IntStream.concat(IntStream.of(1, 2), IntStream.rangeClosed(51, 100))
                        .boxed()
                        .toList());
        assertThat(record.generations().get(51).end()).isEqualTo(Generation.End.ABORTED);
        assertThat(record.retirePrevious("expired").generations()).doesNotContainKey(1);
        assertThatIllegalStateException().isThrownBy(() -> record.begin(generation(100)));
    }

    /** A projector would otherwise start a generation of this version again, although an operator aborted it. */
    @Test
    void aRecordKeepsTheNewestGenerationOfTheHighestVersion() {
        Generation second = new Generation(2, 2, Map.of(), false, STARTED, null, null, null);
        Generation third = new Generation(3, 2, Map.of(), false, STARTED, null, null, null);
        GenerationRecord aborted =
                first.begin(second).abort(2, "unwanted").begin(third).abort(3, "unwanted");

        GenerationRecord record = abortedBuilds(aborted, 4, 100);

        assertThat(record.generations()).hasSize(52).containsKeys(1, 3, 51).doesNotContainKey(2);
    }

    private static GenerationRecord abortedBuilds(GenerationRecord record, int from, int to) {
        GenerationRecord changed = record;
        for (int number = from; number <= to; number++) {
            changed = changed.begin(generation(number)).abort(number, "unwanted");
        }
        return changed;
    }

    @Test
    void noTransitionEndsAPause() {
        GenerationRecord paused = new GenerationRecord("study", 2, 1, null, 2, 7, null, replaced.generations(), null)
                .withPause(new Pause(SWITCHED_BACK, "operator", "maintenance"));

        assertThat(List.of(
                        paused.begin(generation(3)),
                        paused.begin(generation(3)).abort(3, "unwanted"),
                        paused.activate(1, SWITCHED_BACK),
                        paused.retirePrevious("expired"),
                        paused.markBroken(2, "recreated").orElseThrow()))
                .allMatch(GenerationRecord::isPaused);
        assertThat(paused.withPause(null).isPaused()).isFalse();
    }

    @Test
    void noTransitionChangesTheRevision() {
        GenerationRecord stored = new GenerationRecord("study", 2, 1, null, 2, 7, null, replaced.generations(), null);

        assertThat(List.of(
                        stored.begin(generation(3)),
                        stored.begin(generation(3)).abort(3, "unwanted"),
                        stored.activate(1, SWITCHED_BACK),
                        stored.retirePrevious("expired"),
                        stored.markBroken(2, "recreated").orElseThrow()))
                .extracting(GenerationRecord::rev)
                .containsOnly(7L);
    }

    @Test
    void theStatesHaveTheNamesThatRestShows() {
        assertThat(Arrays.stream(GenerationState.values()).map(GenerationState::code))
                .containsExactly("building", "active", "previous", "broken", "aborted", "retired");
    }

    private static List<Integer> lists(GenerationRecord record) {
        return Arrays.asList(record.active(), record.previous(), record.building());
    }

    private static Generation generation(int number) {
        return new Generation(number, 1, Map.of("todo", new TopicOrigin("id", 3)), false, STARTED, null, null, null);
    }
}

package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the reads of deferred rows that are the probes of blocked destinations. */
class DeferredProbesTest extends DeferredReaderFixture {

    @Test
    void aLargeProbeIsReadWhileMemoryHasNoRoomForOtherLongContents() {
        for (int n = 0; n < 100; n++) {
            defer(row("large" + n).toPartial());
        }
        while (reader.read(10)) {
            assertThat(ordering.size()).isLessThan(100);
        }
        OutboxRow probe = row("probe").toPartial();
        beginProbe(probe);

        assertThat(reader.read(10)).isTrue();

        assertThat(ordering.isPresent(probe.key())).isTrue();
        assertThat(destinations.isUnavailable(probe.aggregate())).isTrue();
    }

    @Test
    void aProbeWhoseContentCannotBeReadNowKeepsItsBlock() {
        OutboxRow probe = row("probe").toPartial();
        beginProbe(probe);
        table.contentsFail = true;

        assertThat(reader.read(10)).isTrue();

        destinations.beginDueProbes(Long.MAX_VALUE, type -> null);
        assertThat(destinations.isUnavailable(probe.aggregate())).isTrue();
        assertThat(ordering.deferred().contains(probe.aggregate())).isTrue();
    }

    @Test
    void aProbeWhoseRowsAreOnHoldIsReplacedAndItsBlockStays() {
        OutboxRow onHold = row("onHold").withNextAttemptAt(NOW.plusMillis(500));
        OutboxRow other = row("other");
        beginProbe(onHold);
        destinations.recordSkipped(other);

        assertThat(reader.read(10)).isTrue();

        assertThat(destinations.keepsOut(other.aggregate())).isTrue();
        assertThat(destinations.beginDueProbes(10, type -> null).probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(other.aggregate(), 1));
        assertThat(ordering.deferred().isOnHold(onHold.aggregate())).isTrue();
    }

    @Test
    void theOnlyProbeKeepsItsBlockUntilItsHoldIsOver() {
        OutboxRow onHold = row("onHold").withNextAttemptAt(NOW.plusMillis(500));
        beginProbe(onHold);

        assertThat(reader.read(10)).isTrue();

        assertThat(destinations.keepsOut(onHold.aggregate())).isTrue();
        assertThat(destinations
                        .beginDueProbes(10 + Duration.ofSeconds(1).toNanos(), type -> null)
                        .probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(onHold.aggregate(), 1));
    }

    @Test
    void aProbeWithoutRowsEndsItsBlock() {
        OutboxRow probe = row("probe");
        beginProbe(probe);
        table.rows.clear();

        assertThat(reader.read(10)).isTrue();

        destinations.beginDueProbes(10, type -> null);
        assertThat(destinations.isUnavailable(probe.aggregate())).isFalse();
    }

    @Test
    void aProbeOfAShardWhoseLeaseIsNotTrustedKeepsItsBlock() {
        OutboxRow probe = row("probe");
        beginProbe(probe);

        assertThat(reader(OwnedShards.of(NOW)).read(10)).isTrue();

        assertThat(destinations.keepsOut(probe.aggregate()))
                .as("the probe failed, and a further one follows")
                .isTrue();
        assertThat(destinations.nextNanos()).isNotNull();
    }

    private void beginProbe(OutboxRow probe) {
        table.rows.put(probe.key(), probe);
        destinations.block(destinations.partition(probe.aggregate()), probe, true, 0, "no leader");
        for (UnavailableDestinations.ProbedAggregate due : destinations
                .beginDueProbes(Duration.ofSeconds(1).toNanos(), type -> null)
                .probes()) {
            ordering.deferred().defer(due.aggregate(), due.version(), 10);
        }
        assertThat(destinations.keepsOut(probe.aggregate())).isFalse();
    }
}

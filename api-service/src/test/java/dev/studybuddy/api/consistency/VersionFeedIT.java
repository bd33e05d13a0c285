package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** MongoDB is unavailable in these tests, so that each version stays pending. */
class VersionFeedIT {

    private final RunningApi api = RunningApi.shared();
    private final VersionFeed feed = api.bean(VersionFeed.class);
    private final TransactionTemplate transaction = new TransactionTemplate(api.bean(PlatformTransactionManager.class));
    private final Caller caller = new Caller(UUID.randomUUID(), Set.of());
    private final AggregateVersion written =
            new AggregateVersion(AggregateType.TODO, UUID.randomUUID().toString(), 1);
    private VersionSubscription subscription;

    @AfterEach
    void close() {
        subscription.close();
    }

    @Test
    void aStreamThatIsOpenedBeforeTheCommitReceivesTheVersion() {
        transaction.executeWithoutResult(status -> {
            feed.addAfterCommit(caller, written);
            open();
            assertThat(subscription.pending()).isEmpty();
        });

        assertThat(subscription.pending()).isEqualTo(List.of(written));
    }

    @Test
    void aStreamDoesNotWaitForAVersionThatWasRolledBack() {
        open();
        transaction.executeWithoutResult(status -> {
            feed.addAfterCommit(caller, written);
            status.setRollbackOnly();
        });

        assertThat(subscription.pending()).isEmpty();
    }

    private void open() {
        subscription = feed.open(caller, new MockHttpServletRequest());
    }
}

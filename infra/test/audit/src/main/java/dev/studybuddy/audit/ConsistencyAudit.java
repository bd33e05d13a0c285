package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.StudyContribution;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Compares SQL, the topics, and the read model {@code study} in MongoDB. It does not compare the documents of other
 * read models, but it reports the open dead letters and the broken documents of all read models. The result is valid
 * only if no program writes during the audit.
 */
public final class ConsistencyAudit {

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);
    private static final Duration READ_LIMIT = Duration.ofMinutes(2);

    private final AuditedServers servers;
    private final AcknowledgedWrites acknowledgedWrites;
    private final IntFunction<Optional<ContributionFunction>> contributionFunctions;

    /**
     * Creates an audit of a stack.
     *
     * @param acknowledgedWrites the acknowledged writes that SQL must contain; empty if only the servers are compared
     */
    public ConsistencyAudit(AuditedServers servers, AcknowledgedWrites acknowledgedWrites) {
        this(servers, acknowledgedWrites, StudyContribution::ofVersion);
    }

    /**
     * Creates an audit of a stack whose projection of {@code study} may have versions that {@link StudyContribution}
     * does not contain.
     *
     * @param acknowledgedWrites the acknowledged writes that SQL must contain; empty if only the servers are compared
     * @param contributionFunctions returns the contribution function of a version; empty if the version does not exist
     */
    public ConsistencyAudit(
            AuditedServers servers,
            AcknowledgedWrites acknowledgedWrites,
            IntFunction<Optional<ContributionFunction>> contributionFunctions) {
        this.servers = servers;
        this.acknowledgedWrites = acknowledgedWrites;
        this.contributionFunctions = contributionFunctions;
    }

    /**
     * Compares everything once.
     *
     * @throws SQLException if SQL cannot be read
     * @throws IllegalStateException if a topic is not read to its end within two minutes, if no generation is active,
     *     or if the version of its projection does not exist
     */
    public AuditReport run() throws SQLException {
        SqlDatabaseState sql = SqlDatabaseState.read(servers);
        TopicHistory topics = TopicHistory.read(servers, READ_LIMIT);
        ReadModelState readModel = ReadModelState.read(servers.mongoUri(), contributionFunctions);
        Map<AggregateKey, AggregateState> states = sql.states();
        List<Finding> findings = new ArrayList<>(acknowledgedWrites.compareWith(states));
        findings.addAll(sql.deadLettered());
        findings.addAll(topics.compareWith(states));
        findings.addAll(readModel.faults());
        findings.addAll(MirrorComparison.of(states, readModel.mirrors()));
        findings.addAll(RollupComparison.of(readModel.contributionFunction(), states.values(), readModel.rollups()));
        if (sql.pending() > 0) {
            findings.add(new Finding("outbox", "", sql.pending() + " events are pending"));
        }
        return new AuditReport(
                states.size(),
                topics.records(),
                topics.repeats(),
                readModel.mirrors().size(),
                readModel.rollups().size(),
                sql.pending(),
                findings);
    }

    /**
     * Compares everything repeatedly until the report has no findings or the time limit is over. A comparison that has
     * begun continues beyond the limit.
     *
     * @return the last report
     * @throws IllegalStateException if {@link #run()} throws it
     */
    public AuditReport runUntilExact(Duration limit) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (SqlDatabaseState.countPending(servers) > 0 && System.nanoTime() < deadline) {
            awaitRetry();
        }
        AuditReport report = run();
        while (!report.exact() && System.nanoTime() < deadline) {
            awaitRetry();
            report = run();
        }
        return report;
    }

    /**
     * Waits until the next comparison. No signal reports that the system is idle, so the audit compares at intervals.
     */
    private static void awaitRetry() throws InterruptedException {
        if (new CountDownLatch(1).await(RETRY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the latch is released, but no code holds a reference to it");
        }
    }
}

package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Compares SQL, the topics and MongoDB. What it says counts when nobody writes meanwhile. */
public final class Audit {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration READ_LIMIT = Duration.ofMinutes(2);

    private final AuditedServers servers;
    private final Acknowledgements acknowledgements;

    /**
     * An audit of a stack.
     *
     * @param acknowledgements the writes to be found again; none where only the servers are compared
     */
    public Audit(AuditedServers servers, Acknowledgements acknowledgements) {
        this.servers = servers;
        this.acknowledgements = acknowledgements;
    }

    /**
     * Compares all, once.
     *
     * @throws SQLException where SQL can't be read
     */
    public AuditReport run() throws SQLException {
        SqlTruth sql = SqlTruth.read(servers);
        TopicHistory topics = TopicHistory.read(servers, READ_LIMIT);
        ReadModelState readModel = ReadModelState.read(servers.mongoUri());
        Map<AggregateKey, AggregateState> states = sql.states();
        List<Finding> findings = new ArrayList<>(acknowledgements.comparedWith(states));
        findings.addAll(sql.deadLettered());
        findings.addAll(topics.comparedWith(states));
        findings.addAll(readModel.refused());
        findings.addAll(MirrorComparison.of(states, readModel.mirrors()));
        findings.addAll(RollupComparison.of(states.values(), readModel.rollups()));
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
     * Compares all until it is exact, or the time is over.
     *
     * @return the last report
     */
    public AuditReport runUntilExact(Duration limit) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (SqlTruth.pending(servers) > 0 && System.nanoTime() < deadline) {
            pause();
        }
        AuditReport report = run();
        while (!report.exact() && System.nanoTime() < deadline) {
            pause();
            report = run();
        }
        return report;
    }

    /** Nothing tells this observer that the system is at rest: it looks again after a while. */
    private static void pause() throws InterruptedException {
        if (new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody counts this down");
        }
    }
}

package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class UserTotalsCheckIT extends ApiWithReadModel {

    private static final ContributionFunction STUDY =
            StudyContribution.ofVersion(StudyContribution.VERSION).orElseThrow();

    /** Each step compares one user, and only one different user is compared again. */
    private static final UserTotalsCheck.Limits LIMITS = new UserTotalsCheck.Limits(1, 1);

    private final List<String> findings = new ArrayList<>();

    /**
     * The totals of these users lack a session. The test completes the totals of each user before the check compares
     * the user again.
     */
    private final Deque<String> incomplete = new ArrayDeque<>();

    @Override
    protected Class<?>[] beans() {
        return new Class<?>[] {CheckHandler.class};
    }

    /** Runs the check of a test as a job, because only a job has a context. */
    static final class CheckHandler implements JobHandler {

        private volatile Check check = job -> fail("the test sets no check");

        @Override
        public String kind() {
            return "totals-check";
        }

        @Override
        public void run(JobContext job) {
            check.run(job);
        }
    }

    private interface Check {
        void run(JobContext job);
    }

    @Test
    void aUserWithoutADifferenceInTheSecondComparisonDoesNotCount() {
        Map<String, SessionState> sessions = insertSessionsWithoutTotals(3);

        runAsJob(job -> {
            JournalBarrier barrier = new JournalBarrier(
                    new ReadGeneration(Names.STUDY, 1, types(), completingTotals(sessions), null),
                    job,
                    Duration.ofSeconds(2));
            new UserTotalsCheck(
                            new ReadGeneration(Names.STUDY, 1, types(), model.database(), null),
                            STUDY,
                            barrier,
                            job,
                            LIMITS)
                    .checkAll(
                            "",
                            wrong -> findings.add("wrong " + wrong.id()),
                            user -> findings.add("unsettled " + user),
                            user -> findings.add("reached " + user));
        });

        assertThat(incomplete).as("users who were not compared again").isEmpty();
        assertThat(findings).noneMatch(finding -> !finding.startsWith("reached "));
        assertThat(findings).contains("reached " + ANNA, "reached " + BEN);
    }

    private static EnumSet<AggregateType> types() {
        return EnumSet.allOf(AggregateType.class);
    }

    private Map<String, SessionState> insertSessionsWithoutTotals(int users) {
        Map<String, SessionState> sessions = new TreeMap<>();
        IntStream.rangeClosed(1, users).forEach(number -> {
            String user = "cccccccc-0000-4000-8000-00000000000" + number;
            SessionState session = ReadModelFixture.session(user, "Math", 7, DAY);
            model.mirror(AggregateType.SESSION, session);
            sessions.put(user, session);
            incomplete.add(user);
        });
        return sessions;
    }

    /**
     * Returns a database that completes the totals of the next user when the journals are read before a second
     * comparison. A projector that applies a batch after the first comparison has the same effect.
     */
    private MongoDatabase completingTotals(Map<String, SessionState> sessions) {
        return (MongoDatabase) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MongoDatabase.class}, (proxy, method, arguments) -> {
                    String next = incomplete.peek();
                    if (next != null && isComparedAgain(next)) {
                        Sums change = new Sums();
                        STUDY.add(change, sessions.get(incomplete.remove()), 1);
                        change.forEach(model::add);
                    }
                    return method.invoke(model.database(), arguments);
                });
    }

    /** Returns whether this user is the next one that the check compares again: it has reached all users before. */
    private boolean isComparedAgain(String user) {
        long reached = findings.stream()
                .filter(finding -> finding.startsWith("reached cccccccc"))
                .count();
        return user.endsWith(String.valueOf(reached + 1));
    }

    private void runAsJob(Check check) {
        api.bean(CheckHandler.class).check = check;
        UUID job = api.bean(Jobs.class).submit("totals-check", "", Map.of());
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> count("jobs WHERE finished_at IS NOT NULL AND id = '" + job + "'") == 1);
        assertThat(count("jobs WHERE state = 'done' AND id = '" + job + "'")).isOne();
    }
}

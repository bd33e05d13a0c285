package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the runbooks. The end-to-end tests run their commands. */
class RunbooksTest {

    private static final String FOLDER = "infra/docs/runbooks";
    private static final Pattern LINK = Pattern.compile("\\[[^]]+]\\(([^)]+)\\)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern ABSENT_IN_COCKROACHDB = Pattern.compile(
            "pg_(?:size_pretty|(?:table|indexes|relation|total_relation|database)_size|terminate_backend"
                    + "|stat_activity|stat_user_tables|stat_statements)");
    /**
     * This pattern finds a call that activates a generation. It excludes the text {@code activate query}, with which
     * {@code api-changes.md} names a query parameter.
     */
    private static final Pattern ACTIVATION =
            Pattern.compile("projections/rebuild/[^ `\"]+/activate\\b(?! query )(\\?model=)?");

    private static final Pattern SCRIPT =
            Pattern.compile("infra/(?:api|up|down|status|token|bench/run)\\b|infra/deploy/[\\w./-]+");
    private static final Pattern SOURCE = Pattern.compile(
            "(?:CockroachDB|MongoDB|Kafka|Kubernetes|systemd|Compose|Prometheus|Alertmanager|Tools) v?[0-9]");

    /** The file of the alerts had these alerts at commit 78c9dcb, with which the upgrade notes start. */
    private static final List<String> FIRST_ALERTS = List.of(
            "SyncLagHigh",
            "SyncLagCritical",
            "SyncLagUnknown",
            "OutboxQueueLong",
            "OutboxFailedEvents",
            "NoPublisher",
            "ConsumerLagHigh",
            "ProjectorDeadLetters",
            "ProjectionBroken",
            "Drift",
            "RebuildStandsStill",
            "ApiSlow",
            "TargetDown");

    private static final List<String> PAGES_OF_THE_LIST = List.of(
            "deploy",
            "roll-back",
            "lag",
            "queue",
            "data",
            "dead-letters",
            "rebuild",
            "backup",
            "history",
            "privacy",
            "upgrade",
            "upgrade-notes",
            "schema",
            "capacity",
            "checklists",
            "alerts");

    @Test
    void theListNamesEveryPage() throws IOException {
        String list = Repository.read(FOLDER + "/README.md");

        List<String> pages = Repository.filesBelow(FOLDER, ".md").stream()
                .map(page -> page.getFileName().toString().replace(".md", ""))
                .filter(page -> !page.equals("README"))
                .toList();

        assertThat(pages)
                .containsAll(PAGES_OF_THE_LIST)
                .allSatisfy(page -> assertThat(list).contains("(" + page + ".md"));
    }

    @Test
    void theUpgradeNotesNameEachAlertThatNoLongerExists() throws IOException {
        String alerts = Repository.read("infra/deploy/monitoring/alerts.yaml");
        String notes = Repository.read(FOLDER + "/upgrade-notes.md");

        assertThat(FIRST_ALERTS)
                .filteredOn(alert -> !alerts.contains("alert: " + alert + "\n"))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(notes).contains(alert));
    }

    @Test
    void everyLinkLeadsToAPageAndAHeadingThatExist() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : Repository.filesBelow(FOLDER, ".md")) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(page)).results().toList()) {
                if (!targetExists(page, link.group(1))) {
                    broken.add(page.getFileName() + ": " + link.group(1));
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static boolean targetExists(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file =
                parts[0].isEmpty() ? page : page.getParent().resolve(parts[0]).normalize();
        return Files.exists(file) && (parts.length == 1 || Pages.anchors(file).contains(parts[1]));
    }

    @Test
    void everyScriptAndFileThatACommandNamesExists() throws IOException {
        List<String> named = new ArrayList<>();
        for (Path page : Repository.filesBelow(FOLDER, ".md")) {
            SCRIPT.matcher(Files.readString(page)).results().forEach(match -> named.add(match.group()));
        }

        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(file -> assertThat(Repository.file(file.replaceAll("/?\\.?$", "")))
                        .exists());
    }

    /**
     * The tests run the commands on PostgreSQL. CockroachDB lacks some of its functions, and some of its views are
     * empty on CockroachDB.
     */
    @Test
    void aCommandThatCockroachDbDoesNotHaveIsMarked() throws IOException {
        List<String> unmarked = new ArrayList<>();
        for (Path page : Repository.filesBelow("", ".md")) {
            String text = Files.readString(page);
            for (MatchResult block : BLOCK.matcher(text).results().toList()) {
                String[] paragraphs = text.substring(0, block.start()).strip().split("\n\n", -1);
                if (ABSENT_IN_COCKROACHDB.matcher(block.group(2)).find()
                        && !paragraphs[paragraphs.length - 1].startsWith("On PostgreSQL,")) {
                    unmarked.add(page.getFileName() + ": " + block.group(2));
                }
            }
        }

        assertThat(unmarked).isEmpty();
    }

    /** Without a model, the call activates a generation of the read model {@code study}. */
    @Test
    void everyActivationNamesItsReadModel() throws IOException {
        List<String> unnamed = new ArrayList<>();
        for (Path page : Repository.filesBelow("", ".md")) {
            ACTIVATION
                    .matcher(Files.readString(page))
                    .results()
                    .filter(call -> call.group(1) == null)
                    .forEach(call -> unnamed.add(page + ": " + call.group()));
        }

        assertThat(unnamed).isEmpty();
    }

    @Test
    void everyBlockIsRunByATestOrNamesTheDocumentationThatItFollows() throws IOException {
        int run = 0;
        for (Path page : Repository.filesBelow(FOLDER, ".md")) {
            String text = Files.readString(page);
            for (MatchResult block : BLOCK.matcher(text).results().toList()) {
                if (block.group(1).equals("sh")) {
                    run++;
                    continue;
                }
                String section = text.substring(0, block.start());
                section = section.substring(Math.max(0, section.lastIndexOf("\n#")))
                        .replaceAll("\\s+", " ");
                assertThat(block.group(1)).isEqualTo("text");
                assertThat(section)
                        .as("%s: %s", page.getFileName(), block.group(2))
                        .contains("not run here");
                assertThat(SOURCE.matcher(section).find() || section.contains("IT`"))
                        .as("%s: %s", page.getFileName(), block.group(2))
                        .isTrue();
            }
        }

        assertThat(run).isGreaterThan(40);
    }
}

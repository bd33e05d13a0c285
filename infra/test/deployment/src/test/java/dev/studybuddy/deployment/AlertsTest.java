package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks the alerting rules, their runbooks and the configurations of Prometheus and Alertmanager. */
class AlertsTest {

    private static final String FOLDER = "infra/deploy/monitoring/";
    private static final String RUNBOOKS = "https://studybuddy.dev/docs/";
    private static final String PROMETHEUS = "prometheus";

    private static final String ALL_TYPES_ARE_PAUSED = "min(sync_paused{stage=\"publishing\",name=\"all\"}) == 1"
            + " or min(sync_paused{stage=\"publishing\",name!=\"all\"}) == 1";
    private static final String EVERYTHING_IS_PAUSED =
            ALL_TYPES_ARE_PAUSED + " or min(sync_paused{stage=\"projecting\"}) == 1";
    private static final String PAUSED_READ_MODELS =
            "label_replace(min by (name) (sync_paused{stage=\"projecting\"}) == 1, \"model\", \"$1\", \"name\", \"(.+)\")";

    private static final List<String> REQUIRED_CONDITIONS = List.of(
            "SyncLagHigh warning after 1m: max(sync_lag_seconds) > 30 unless (" + EVERYTHING_IS_PAUSED + ")",
            "SyncLagCritical critical after 1m: max(sync_lag_seconds) > 60 unless (" + EVERYTHING_IS_PAUSED + ")",
            "SyncLagUnknown critical after 5m: absent(sync_lag_seconds)",
            "OutboxQueueLong critical after 1m: max(outbox_queue_size) > 10000 unless (" + ALL_TYPES_ARE_PAUSED + ")",
            "OutboxFailedEvents warning after 1m: max(outbox_failed_events) > 100",
            "ApiSlow warning after 5m: histogram_quantile(0.95, sum by (le) (rate( http_server_requests_seconds_bucket"
                    + "{waits=\"false\", uri!~\"/actuator.*|/api/users/me/export\"}[5m]))) > 0.5",
            "NoPublisher critical after 1m: sum(outbox_owned_shards) < 64 or absent(outbox_owned_shards)",
            "TargetDown critical after 1m: up == 0",
            "ConsumerLagHigh warning after 1m:"
                    + " max by (group, topic, partition) (kafka_consumer_group_lag_seconds) > 30"
                    + " unless on (group) max by (group) (projection_generation_state{state=\"building\"}) > 0"
                    + " unless on (group) (max by (group, model) (projection_generation_state) and on (model) "
                    + PAUSED_READ_MODELS + ")",
            "ProjectorDeadLetters warning after 0s: sum(increase(projector_dead_letters_total[10m])) > 0"
                    + " or count((projector_dead_letters_total > 0) unless projector_dead_letters_total offset 10m) > 0",
            "ProjectionBroken critical after 0s: max by (model) (projection_broken_documents) > 0",
            "Drift critical after 0s: max(sync_drift_documents) > 0",
            "RebuildStalled warning after 15m: changes(projection_rebuild_progress_ratio[15m]) == 0"
                    + " and projection_rebuild_progress_ratio < 1 unless on (model) " + PAUSED_READ_MODELS);

    @Test
    void prometheusAcceptsTheRules() throws Exception {
        Tool.require("promtool", PROMETHEUS).pass("check", "rules", FOLDER + "alerts.yaml");
    }

    @Test
    void everyRuleFiresOnlyInTheCasesThatItsTestsState() throws Exception {
        Tool.require("promtool", PROMETHEUS).pass("test", "rules", FOLDER + "alerts-test.yaml");
    }

    @Test
    void prometheusAcceptsItsConfiguration() throws Exception {
        Tool.require("promtool", PROMETHEUS).pass("check", "config", FOLDER + "prometheus.yaml");
    }

    @Test
    void alertmanagerAcceptsItsConfiguration() throws Exception {
        Tool.require("amtool", "prometheus-alertmanager").pass("check-config", FOLDER + "alertmanager.yaml");
    }

    /**
     * An inhibition by a pause would also mute the alerts on types and read models that are not paused. The alerting
     * rules exclude the paused ones instead.
     */
    @Test
    void noPauseMutesAnAlertInAlertmanager() throws IOException {
        assertThat(Repository.list(Repository.yaml(FOLDER + "alertmanager.yaml"), "inhibit_rules"))
                .isNotEmpty()
                .allSatisfy(rule ->
                        assertThat(String.valueOf(rule.get("source_matchers"))).doesNotContain("Paused"));
    }

    @Test
    void criticalAlertsReachThePersonOnCall() throws Exception {
        Tool amtool = Tool.require("amtool", "prometheus-alertmanager");
        String file = "--config.file=" + FOLDER + "alertmanager.yaml";

        assertThat(amtool.pass("config", "routes", "test", file, "severity=critical"))
                .contains("on-call");
        assertThat(amtool.pass("config", "routes", "test", file, "severity=warning"))
                .contains("team");
    }

    @Test
    void theConditionsAndDelaysAreTheRequiredOnes() throws IOException {
        List<String> rules = rules().stream()
                .map(rule -> rule.get("alert") + " "
                        + Repository.map(rule, "labels").get("severity")
                        + " after " + rule.getOrDefault("for", "0s") + ": " + rule.get("expr"))
                .toList();

        assertThat(rules).containsAll(REQUIRED_CONDITIONS);
    }

    @Test
    void everyAlertHasATestInWhichItFires() throws IOException {
        List<String> fired = Repository.list(Repository.yaml(FOLDER + "alerts-test.yaml"), "tests").stream()
                .map(test -> Repository.list(test, "alert_rule_test").getFirst())
                .filter(test -> !Repository.list(test, "exp_alerts").isEmpty())
                .map(test -> String.valueOf(test.get("alertname")))
                .toList();

        assertThat(names()).hasSizeGreaterThan(20);
        assertThat(fired).containsAll(names());
    }

    @Test
    void everyAlertHasANameOfItsOwn() throws IOException {
        assertThat(names()).doesNotHaveDuplicates();
    }

    @Test
    void everyAlertNamesARunbookThatExists() throws IOException {
        assertThat(rules()).allSatisfy(rule -> {
            String url = String.valueOf(Repository.map(rule, "annotations").get("runbook_url"));
            assertThat(url).startsWith(RUNBOOKS);
            String[] target = url.substring(RUNBOOKS.length()).split("#", 2);
            Path page = Repository.file("infra/docs/" + target[0]);
            assertThat(Pages.anchors(page)).as(url).contains(target[1]);
        });
    }

    private static List<String> names() throws IOException {
        return rules().stream().map(rule -> String.valueOf(rule.get("alert"))).collect(Collectors.toList());
    }

    private static List<Map<String, Object>> rules() throws IOException {
        return Repository.list(Repository.yaml(FOLDER + "alerts.yaml"), "groups").stream()
                .flatMap(group -> Repository.list(group, "rules").stream())
                .toList();
    }
}

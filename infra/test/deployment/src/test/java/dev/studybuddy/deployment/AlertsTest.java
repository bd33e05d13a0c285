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

    private static final List<String> CONDITIONS_OF_THE_DESIGN = List.of(
            "SyncLagHigh warning max(sync_lag_seconds) > 30",
            "SyncLagCritical critical max(sync_lag_seconds) > 60",
            "SyncLagUnknown critical absent(sync_lag_seconds)",
            "OutboxQueueLong critical max(outbox_queue_size) > 10000",
            "OutboxFailedEvents warning max(outbox_failed_events) > 100",
            "TargetDown critical up == 0");

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
    void theThresholdsAreThoseOfTheDesign() throws IOException {
        List<String> rules = rules().stream()
                .map(rule -> rule.get("alert") + " "
                        + Repository.map(rule, "labels").get("severity") + " " + rule.get("expr"))
                .toList();

        assertThat(rules).containsAll(CONDITIONS_OF_THE_DESIGN);
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

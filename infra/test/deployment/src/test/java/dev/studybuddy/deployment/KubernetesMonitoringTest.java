package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the example of a configuration of Prometheus on Kubernetes. */
class KubernetesMonitoringTest {

    private static final String FOLDER = "infra/deploy/monitoring/";
    private static final String FILE = FOLDER + "prometheus-kubernetes.yaml";
    private static final String DISCOVERY = """
                kubernetes_sd_configs:
                  - role: pod
                    namespaces:
                      names: [studybuddy]
            """;
    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final List<String> SERVICES = List.of("api-service", "outbox-publisher", "mongo-projector");

    /** Debian builds Prometheus without the discovery on Kubernetes. Targets without an address replace it here. */
    @Test
    void prometheusAcceptsTheExample(@TempDir Path folder) throws Exception {
        String example = Repository.read(FILE);
        assertThat(example).contains(DISCOVERY);
        Path file = Files.writeString(
                folder.resolve("prometheus.yaml"),
                example.replace(DISCOVERY, "    static_configs: [{ targets: [] }]\n"));
        Files.copy(Repository.file(FOLDER + "alerts.yaml"), folder.resolve("alerts.yaml"));

        Tool.require("promtool", "prometheus").pass("check", "config", file.toString());
    }

    @Test
    void prometheusSendsItsAlertsToAlertmanager() throws IOException {
        Map<String, Object> alerting = Repository.map(Repository.yaml(FILE), "alerting");
        List<String> targets = List.of("alertmanager.monitoring.svc:9093");

        assertThat(Repository.list(alerting, "alertmanagers"))
                .singleElement()
                .isEqualTo(Map.of("static_configs", List.of(Map.of("targets", targets))));
    }

    @Test
    void eachServiceIsAJobWithTheNameThatTheRulesUse() throws IOException {
        Map<String, Object> pods = jobs(FILE).getFirst();
        assertThat(Repository.list(pods, "relabel_configs"))
                .contains(
                        Map.of(
                                "source_labels", List.of("__meta_kubernetes_pod_container_port_name"),
                                "regex", "management",
                                "action", "keep"),
                        Map.of(
                                "source_labels",
                                List.of("__meta_kubernetes_pod_label_app_kubernetes_io_name"),
                                "target_label",
                                "job"));

        for (String service : SERVICES) {
            String file = "infra/deploy/kubernetes/base/" + service + "/deployment.yaml";
            Map<String, Object> deployment = Repository.yaml(file);
            assertThat(Repository.map(deployment, "spec", "selector", "matchLabels"))
                    .containsEntry(NAME_LABEL, service);
            assertThat(Repository.read(file)).contains("- name: management\n");
        }
        assertThat(Stream.concat(SERVICES.stream(), Stream.of("cockroach")))
                .containsExactlyInAnyOrderElementsOf(names(FOLDER + "prometheus.yaml"));
        assertThat(names(FILE)).contains("cockroach");
    }

    private static List<String> names(String file) throws IOException {
        return jobs(file).stream()
                .map(job -> String.valueOf(job.get("job_name")))
                .toList();
    }

    private static List<Map<String, Object>> jobs(String file) throws IOException {
        return Repository.list(Repository.yaml(file), "scrape_configs");
    }
}

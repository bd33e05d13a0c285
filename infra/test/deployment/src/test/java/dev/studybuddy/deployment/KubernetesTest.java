package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Renders the overlays for Kubernetes and checks the objects. */
class KubernetesTest {

    private static final Set<String> SERVICES = Set.of("api-service", "outbox-publisher", "mongo-projector");
    private static final Gson GSON = new Gson();

    @FunctionalInterface
    private interface FieldCheck {
        void validate(JsonElement object) throws IOException;
    }

    /**
     * This record holds the two descriptions of a kind.
     *
     * @param fields rejects unknown fields and requires those that are not optional; its class is generated from the
     *     description that Kubernetes publishes of its API
     * @param definition the name of the JSON schema, which states the type of each field
     */
    private record Kind(FieldCheck fields, String definition) {}

    private static final Map<String, Kind> KINDS = Map.of(
            "apps/v1 Deployment",
            new Kind(V1Deployment::validateJsonElement, "kubernetes_apps_Deployment"),
            "autoscaling/v2 HorizontalPodAutoscaler",
            new Kind(
                    V2HorizontalPodAutoscaler::validateJsonElement,
                    "kubernetes_autoscaling_v2_HorizontalPodAutoscaler"),
            "networking.k8s.io/v1 NetworkPolicy",
            new Kind(V1NetworkPolicy::validateJsonElement, "kubernetes_networking_v1_NetworkPolicy"),
            "policy/v1 PodDisruptionBudget",
            new Kind(V1PodDisruptionBudget::validateJsonElement, "kubernetes_policy_v1_PodDisruptionBudget"),
            "v1 ConfigMap",
            new Kind(V1ConfigMap::validateJsonElement, "kubernetes_core_ConfigMap"),
            "v1 Namespace",
            new Kind(V1Namespace::validateJsonElement, "kubernetes_core_Namespace"),
            "v1 Service",
            new Kind(V1Service::validateJsonElement, "kubernetes_core_Service"),
            "v1 ServiceAccount",
            new Kind(V1ServiceAccount::validateJsonElement, "kubernetes_core_ServiceAccount"));

    private static KubernetesSchemas schemas;

    @BeforeAll
    static void readSchemas() throws IOException {
        schemas = KubernetesSchemas.read();
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void everyRenderedObjectAgreesWithItsPublishedSchema(String overlay) throws Exception {
        List<Map<String, Object>> objects = render(overlay);

        assertThat(objects).hasSize(18);
        for (Map<String, Object> object : objects) {
            validate(object);
        }
    }

    @Test
    void anUnknownFieldAndAMissingFieldAreFound() throws Exception {
        Map<String, Object> deployment = ofKind(render("staging"), "Deployment").getFirst();
        Map<String, Object> container = containers(deployment).getFirst();
        container.put("readynessProbe", Map.of());
        assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("readynessProbe");

        container.remove("readynessProbe");
        container.remove("name");
        assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("name");
    }

    @Test
    void aValueOfTheWrongTypeIsFound() throws Exception {
        Map<String, Object> deployment = named(render("production"), "Deployment", "outbox-publisher");
        Map<String, Object> spec = Repository.map(deployment, "spec");
        spec.put("replicas", "three");
        assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("replicas");

        spec.put("replicas", "3");
        assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("replicas");

        spec.put("replicas", 3);
        Map<String, Object> container = containers(deployment).getFirst();
        Repository.map(container, "livenessProbe").put("periodSeconds", "10s");
        assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("periodSeconds");
    }

    private static void validate(Map<String, Object> object) throws IOException {
        String name = object.get("apiVersion") + " " + object.get("kind");
        Kind kind = KINDS.get(name);
        assertThat(kind).as(name).isNotNull();
        kind.fields().validate(GSON.toJsonTree(object));
        assertThat(schemas.findFaults(kind.definition(), object)).as(name).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void everyPodIsRestrictedProbedAndLimited(String overlay) throws Exception {
        List<Map<String, Object>> deployments = ofKind(render(overlay), "Deployment");

        assertThat(names(deployments)).isEqualTo(SERVICES);
        assertThat(deployments).allSatisfy(deployment -> {
            Map<String, Object> pod = Repository.map(deployment, "spec", "template", "spec");
            assertThat(Repository.map(pod, "securityContext")).containsEntry("runAsNonRoot", true);
            assertThat(pod).containsEntry("automountServiceAccountToken", false);
            assertThat(Repository.list(pod, "topologySpreadConstraints")).hasSize(2);
            assertThat(containers(deployment)).singleElement().satisfies(container -> {
                assertThat(Repository.map(container, "securityContext"))
                        .containsEntry("readOnlyRootFilesystem", true)
                        .containsEntry("allowPrivilegeEscalation", false)
                        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
                assertThat(container).containsKeys("startupProbe", "livenessProbe", "readinessProbe");
                assertThat(Repository.map(container, "resources", "limits")).containsKey("memory");
                assertThat(String.valueOf(container.get("image"))).matches("ghcr\\.io/.+:.+");
            });
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void everyPodHasEnoughMemoryOutsideItsHeap(String overlay) throws Exception {
        for (Map<String, Object> deployment : ofKind(render(overlay), "Deployment")) {
            Map<String, Object> limits = Repository.map(containers(deployment).getFirst(), "resources", "limits");

            assertThat(MemoryOutsideHeap.mebibytesOutsideHeap(
                            "infra/deploy/docker/service.Dockerfile", limits.get("memory")))
                    .as(name(deployment))
                    .isGreaterThanOrEqualTo(MemoryOutsideHeap.REQUIRED_MEBIBYTES_OUTSIDE_HEAP.get(name(deployment)));
        }
    }

    /** Every service is a client of Kafka, and the two services with a JDBC URL name the certificate in it. */
    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void aSettingOfEachServiceThatMountsTheCertificateNamesIt(String overlay) throws Exception {
        List<Map<String, Object>> objects = render(overlay);

        for (Map<String, Object> deployment : ofKind(objects, "Deployment")) {
            Map<String, Object> container = containers(deployment).getFirst();
            String folder = Repository.list(container, "volumeMounts").stream()
                    .filter(mount -> "servers-ca".equals(mount.get("name")))
                    .map(mount -> String.valueOf(mount.get("mountPath")))
                    .findFirst()
                    .orElseThrow();
            Map<String, Object> settings = settings(objects, container);
            assertThat(settings)
                    .as(name(deployment))
                    .containsEntry("SPRING_KAFKA_SSL_BUNDLE", "servers")
                    .containsEntry(
                            "SPRING_SSL_BUNDLE_PEM_SERVERS_TRUSTSTORE_CERTIFICATE", "file:" + folder + "/ca.crt");
            assertThat(String.valueOf(settings.get("SPRING_DATASOURCE_URL")))
                    .endsWith("sslrootcert=" + folder + "/ca.crt");
        }
    }

    private static Map<String, Object> settings(List<Map<String, Object>> objects, Map<String, Object> container) {
        String configMap = Repository.list(container, "envFrom").stream()
                .filter(source -> source.containsKey("configMapRef"))
                .map(source ->
                        String.valueOf(Repository.map(source, "configMapRef").get("name")))
                .findFirst()
                .orElseThrow();
        return Repository.map(named(objects, "ConfigMap", configMap), "data");
    }

    @Test
    void theProbesAreThoseThatSpringServes() throws Exception {
        for (Map<String, Object> deployment : ofKind(render("production"), "Deployment")) {
            Map<String, Object> container = containers(deployment).getFirst();
            assertThat(Repository.map(container, "livenessProbe", "httpGet"))
                    .containsEntry("path", "/actuator/health/liveness")
                    .containsEntry("port", "management");
            assertThat(Repository.map(container, "readinessProbe", "httpGet"))
                    .containsEntry("path", "/actuator/health/readiness");
            String service = name(deployment);
            String settings = Repository.read(service + "/src/main/resources/application.yaml");
            int port = Repository.list(container, "ports").stream()
                    .filter(one -> "management".equals(one.get("name")))
                    .map(one -> (Integer) one.get("containerPort"))
                    .findFirst()
                    .orElseThrow();
            assertThat(settings).contains("port: " + port);
        }
    }

    @Test
    void everyServiceHasABudgetANetworkPolicyAndSeveralInstances() throws Exception {
        List<Map<String, Object>> objects = render("production");

        for (String service : SERVICES) {
            Map<String, Object> labels = Map.of("app.kubernetes.io/name", service);
            assertThat(named(objects, "PodDisruptionBudget", service))
                    .extracting(one -> Repository.map(one, "spec", "selector").get("matchLabels"))
                    .isEqualTo(labels);
            assertThat(named(objects, "NetworkPolicy", service))
                    .extracting(
                            one -> Repository.map(one, "spec", "podSelector").get("matchLabels"))
                    .isEqualTo(labels);
            assertThat(named(objects, "Deployment", service))
                    .extracting(one -> Repository.map(one, "spec", "selector").get("matchLabels"))
                    .isEqualTo(labels);
        }
        assertThat(Repository.map(named(objects, "Deployment", "outbox-publisher"), "spec"))
                .containsEntry("replicas", 3);
        for (String scaled : List.of("api-service", "mongo-projector")) {
            assertThat(Repository.map(named(objects, "HorizontalPodAutoscaler", scaled), "spec"))
                    .containsEntry("minReplicas", 3);
            assertThat(Repository.map(named(objects, "Deployment", scaled), "spec"))
                    .as("the autoscaler alone decides the number of instances")
                    .doesNotContainKey("replicas");
        }
    }

    @Test
    void aPolicyRejectsTrafficThatNoOtherPolicyAllows() throws Exception {
        assertThat(Repository.map(named(render("production"), "NetworkPolicy", "names-only"), "spec"))
                .containsEntry("podSelector", Map.of())
                .containsEntry("policyTypes", List.of("Ingress", "Egress"))
                .doesNotContainKey("ingress");
    }

    /** A pod that cannot be on a node of a failed zone must be able to start in another zone. */
    @Test
    void aFailedZoneDoesNotPreventPodsFromStartingInTheOthers() throws Exception {
        assertThat(ofKind(render("production"), "Deployment")).hasSize(3).allSatisfy(deployment -> {
            Map<String, Object> pod = Repository.map(deployment, "spec", "template", "spec");
            assertThat(Repository.list(pod, "topologySpreadConstraints"))
                    .filteredOn(constraint -> "DoNotSchedule".equals(constraint.get("whenUnsatisfiable")))
                    .singleElement()
                    .satisfies(constraint -> assertThat(constraint)
                            .containsEntry("topologyKey", "topology.kubernetes.io/zone")
                            .containsEntry("nodeTaintsPolicy", "Honor"));
        });
    }

    /** Writers and publishers send wake-ups to publishers. No other traffic flows between the pods. */
    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void wakeUpsReachThePublishersAndNoOtherPods(String overlay) throws Exception {
        List<Map<String, Object>> objects = render(overlay);

        assertThat(peers(objects, "api-service", "egress", "to")).containsExactly("outbox-publisher");
        assertThat(peers(objects, "api-service", "ingress", "from")).isEmpty();
        assertThat(peers(objects, "outbox-publisher", "egress", "to")).containsExactly("outbox-publisher");
        assertThat(peers(objects, "outbox-publisher", "ingress", "from"))
                .containsExactlyInAnyOrder("api-service", "outbox-publisher");
        assertThat(peers(objects, "mongo-projector", "egress", "to")).isEmpty();
        assertThat(peers(objects, "mongo-projector", "ingress", "from")).isEmpty();
    }

    @Test
    void theServiceSendsRequestsToThePodsOfTheApi() throws Exception {
        List<Map<String, Object>> objects = render("production");
        Map<String, Object> labels =
                Repository.map(named(objects, "Deployment", "api-service"), "spec", "template", "metadata", "labels");

        assertThat(labels)
                .containsAllEntriesOf(Repository.map(named(objects, "Service", "api-service"), "spec", "selector"));
    }

    /** Returns the names of the pods that the policy of a service admits in a direction. */
    private static List<Object> peers(
            List<Map<String, Object>> objects, String service, String direction, String side) {
        Map<String, Object> spec = Repository.map(named(objects, "NetworkPolicy", service), "spec");
        return Repository.list(spec, direction).stream()
                .filter(rule -> rule.containsKey(side))
                .flatMap(rule -> Repository.list(rule, side).stream())
                .filter(peer -> peer.containsKey("podSelector"))
                .map(peer -> Repository.map(peer, "podSelector", "matchLabels").get("app.kubernetes.io/name"))
                .toList();
    }

    private static List<Map<String, Object>> render(String overlay) throws Exception {
        Tool kubectl = Tool.require("kubectl", "kubernetes-client (1.27 or newer)");
        return new ArrayList<>(
                Repository.documents(kubectl.pass("kustomize", "infra/deploy/kubernetes/overlays/" + overlay)));
    }

    private static List<Map<String, Object>> ofKind(List<Map<String, Object>> objects, String kind) {
        return objects.stream().filter(one -> kind.equals(one.get("kind"))).toList();
    }

    private static Map<String, Object> named(List<Map<String, Object>> objects, String kind, String name) {
        return ofKind(objects, kind).stream()
                .filter(one -> name(one).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + kind + " is named " + name + "."));
    }

    private static Set<String> names(List<Map<String, Object>> objects) {
        return objects.stream().map(KubernetesTest::name).collect(Collectors.toSet());
    }

    private static String name(Map<String, Object> object) {
        return String.valueOf(Repository.map(object, "metadata").get("name"));
    }

    private static List<Map<String, Object>> containers(Map<String, Object> deployment) {
        return Repository.list(Repository.map(deployment, "spec", "template", "spec"), "containers");
    }
}

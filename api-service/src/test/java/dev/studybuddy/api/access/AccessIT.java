package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class AccessIT {

    private final RunningApi api = RunningApi.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic ZGVtbzpkZW1v", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer ", "bearer"})
    void anInvalidAuthorizationHeaderIsAnsweredWith401(String header) {
        ReceivedAnswer answer = api.demo().get("/api/users/me", "Authorization", header);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.problem()).isEqualTo("unauthorized");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aTamperedOrUnsignedTokenIsAnsweredWith401() {
        String token = api.demo()
                .post("/api/dev/token", "{\"userId\":\"" + UUID.randomUUID() + "\",\"roles\":[\"user\"]}")
                .text("/token");
        String[] parts = token.split("\\.", -1);
        String unsigned = "eyJhbGciOiJub25lIn0." + parts[1] + ".";
        String changed = parts[0] + '.' + parts[1] + "x." + parts[2];
        for (String bad : new String[] {unsigned, changed}) {
            assertThat(api.demo()
                            .get("/api/users/me", "Authorization", "Bearer " + bad)
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aUserReachesNoAdminEndpoint() {
        Client user = api.newUser();

        assertThat(user.get("/api/admin/audit").status()).isEqualTo(403);
        assertThat(user.get("/api/admin/anything").problem()).isEqualTo("forbidden");
        assertThat(user.post("/api/backup/full", "").status()).isEqualTo(403);
        assertThat(api.demo()
                        .post("/api/dev/token", "{\"userId\":\"" + UUID.randomUUID() + "\",\"roles\":[\"visitor\"]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aUserReachesNoEndpointOfOperatorsAndAnAdminDoes() {
        String[] ben = api.authorizationOf(UUID.randomUUID().toString());

        assertThat(api.get("/api/admin/outbox/stuck", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/admin/verify", "{}", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/backup/full", "", ben).status()).isEqualTo(403);
        assertThat(api.get("/api/admin/jobs/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(api.post("/api/admin/verify", "{\"repair\": 1, \"x\": 2}")
                        .json()
                        .path("errors"))
                .hasSize(2);
    }

    @Test
    void aCallerWithOperatorReadReadsOperationsAndNoPersonalData() {
        Client operator = api.as(UUID.randomUUID(), "operator-read");

        assertThat(operator.get("/api/admin/audit").status()).isEqualTo(200);
        assertThat(operator.get("/api/admin/outbox/stuck").status()).isEqualTo(200);
        assertThat(operator.get("/api/health/sync").status()).isEqualTo(200);
        for (String path : List.of("/api/admin/audit", "/api/health/sync", "/console")) {
            assertThat(operator.head(path).status()).as(path).isEqualTo(200);
        }
        assertThat(operator.head("/api/admin/users").status()).isEqualTo(403);
        assertThat(operator.head("/api/todos").status()).isEqualTo(403);
        assertThat(operator.get("/api/todos").status()).isEqualTo(403);
        assertThat(operator.get("/api/users/" + UUID.randomUUID()).status()).isEqualTo(403);
        assertThat(operator.get("/api/admin/users").status()).isEqualTo(403);
    }

    @Test
    void aCallerWithOperatorReadReachesNoOperationThatChanges() throws IOException {
        Client operator = api.as(UUID.randomUUID(), "operator-read");
        List<String> called = new ArrayList<>();
        new JsonMapper()
                .readTree(Files.readString(ApiDescription.FILE))
                .path("paths")
                .forEachEntry((path, operations) -> operations.propertyNames().stream()
                        .filter(method -> !method.equals("get"))
                        .filter(method -> path.startsWith("/api/admin/") || path.startsWith("/api/backup/"))
                        .map(method -> method.toUpperCase(Locale.ROOT))
                        .forEach(method -> {
                            called.add(method + " " + path);
                            ReceivedAnswer answer = operator.call(method, withValues(path), "{}");
                            assertThat(answer.problem())
                                    .as("%s %s: %s", method, path, answer)
                                    .isEqualTo("forbidden");
                        }));
        assertThat(called).hasSizeGreaterThan(15).contains("POST /api/admin/verify", "POST /api/backup/full");
    }

    private static String withValues(String template) {
        return template.replace("{generation}", "1")
                .replace("{type}", "todo")
                .replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
    }

    @Test
    void readingOneOtherPersonsDataLeavesAnAuditRow() {
        Client user = api.newUser();
        String id = user.get("/api/users/me").text("/id");

        user.get("/api/users/" + id);
        user.get("/api/reports/analytics?userId=" + id);
        assertThat(reads(id)).isEmpty();
        api.get("/api/users/" + id);
        api.get("/api/reports/analytics?userId=" + id);
        api.get("/api/reports/subjects?userId=" + id);

        assertThat(reads(id)).containsExactlyInAnyOrder("user.read", "report.read", "report.read");
    }

    private List<String> reads(String user) {
        return api.sql()
                .sql("SELECT action FROM admin_audit WHERE target = ?")
                .param("user/" + user)
                .query(String.class)
                .list();
    }

    @Test
    void eachAnswerReportsTheRateLimit() {
        ReceivedAnswer answer = api.newUser().get("/api/users/me");

        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"caller\";q=1000;w=1");
        assertThat(answer.header("RateLimit")).matches("\"caller\";r=\\d+;t=1");
        assertThat(api.get("/health").header("RateLimit")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/openapi"})
    void theConsoleAndTheDescriptionOfTheApiCountAgainstTheLimit(String path) {
        assertThat(api.get(path).header("RateLimit-Policy")).isEqualTo("\"caller\";q=1000;w=1");
    }

    @Test
    void aTokenWithoutARoleReachesNoEndpoint() {
        String token = api.demo()
                .post("/api/dev/token", "{\"userId\":\"" + UUID.randomUUID() + "\",\"roles\":[]}")
                .text("/token");
        assertThat(api.demo()
                        .get("/api/todos", "Authorization", "Bearer " + token)
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "https://localhost.evil.example",
                "http://127.0.0.1.nip.io",
                "http://localhost:9999",
                "http://127.0.0.1",
                ""
            })
    void aPageOfAnotherOriginChangesNothing(String origin) {
        ReceivedAnswer answer =
                api.demo().post("/api/admin/verify", "", "Origin", origin, "Content-Type", "text/plain");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.problem()).isEqualTo("foreign-origin");
        assertThat(preflight(api.demo(), origin).status()).isEqualTo(403);
    }

    @Test
    void theServicesOwnOriginIsAllowed() {
        assertThat(api.demo().get("/api/users/me", "Origin", api.url()).status())
                .isEqualTo(200);
    }

    /** Sends the preflight request of a browser before a page of this origin changes a todo. */
    static ReceivedAnswer preflight(Client client, String origin) {
        return Client.send(HttpRequest.newBuilder(URI.create(client.url() + "/api/todos/" + UUID.randomUUID()))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PATCH")
                .header("Access-Control-Request-Headers", "content-type,if-match")
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example:3001", "127.0.0.1.nip.io", "10.0.0.1:3001"})
    void aForeignHostIsRejected(String host) throws IOException {
        assertThat(raw(api.url(), "/api/users/me", host))
                .startsWith("HTTP/1.1 403")
                .contains("problems/foreign-host");
        assertThat(raw(api.managementUrl(), "/actuator/prometheus", host)).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:3001", "127.0.0.1:1", "[::1]:3001", "[::1]"})
    void theHostNamesOfThisMachineAreAccepted(String host) throws IOException {
        assertThat(raw(api.url(), "/api/users/me", host)).startsWith("HTTP/1.1 200");
        assertThat(raw(api.managementUrl(), "/actuator/health/liveness", host)).startsWith("HTTP/1.1 200");
    }

    private static String raw(String url, String path, String host) throws IOException {
        URI address = URI.create(url);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

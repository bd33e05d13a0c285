package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessIT {

    private final RunningApi api = RunningApi.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic ZGVtbzpkZW1v", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer ", "bearer"})
    void anInvalidAuthorizationHeaderIsAnsweredWith401(String header) {
        Answer answer = api.demo().get("/api/users/me", "Authorization", header);

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
    void onlyAdminsReachAdminEndpoints() {
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
    @ValueSource(strings = {"http://evil.example", "null", "https://localhost.evil.example", "http://127.0.0.1.nip.io"})
    void aForeignOriginIsRejected(String origin) {
        Answer answer = api.demo().post("/api/sessions", "{\"minutes\":5}", "Origin", origin);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.problem()).isEqualTo("foreign-origin");
    }

    @Test
    void anOriginOnThisMachineIsAccepted() {
        assertThat(api.demo()
                        .get("/api/users/me", "Origin", "http://localhost:3000")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example:3001", "127.0.0.1.nip.io", "10.0.0.1:3001"})
    void aForeignHostIsRejected(String host) throws IOException {
        assertThat(raw(host)).startsWith("HTTP/1.1 403").contains("problems/foreign-host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:3001", "127.0.0.1:1", "[::1]:3001", "[::1]"})
    void theHostNamesOfThisMachineAreAccepted(String host) throws IOException {
        assertThat(raw(host)).startsWith("HTTP/1.1 200");
    }

    private String raw(String host) throws IOException {
        URI address = URI.create(api.url());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET /api/users/me HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This test creates, reads and changes users. */
class UsersIT extends UserFixture {

    @Test
    void theFirstCallCreatesTheUserOfTheToken() {
        UUID id = UUID.randomUUID();
        Client caller = api.as(id, "user");
        assertThat(caller.get("/api/users/me").status()).isEqualTo(404);
        assertThat(caller.post("/api/sessions", "{\"minutes\": 5}").problem()).isEqualTo("no-such-user");

        ReceivedAnswer created = caller.post("/api/users", body("a" + id + "@example.org"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("/id")).isEqualTo(id.toString());
        assertThat(created.header("Location")).isEqualTo("/api/users/" + id);
        assertThat(created.text("/timeZone")).isEqualTo("UTC");
        assertThat(created.json().path("showProfile").booleanValue()).isTrue();
        assertThat(caller.get("/api/users/me").json()).isEqualTo(created.json());
        assertThat(caller.post("/api/users", body("b" + id + "@example.org")).status())
                .isEqualTo(403);
        String payload = api.sql()
                .sql("SELECT CAST(payload AS text) FROM outbox WHERE aggregate_id = :id")
                .param("id", id.toString())
                .query(String.class)
                .single();
        assertThat(payload)
                .contains(id.toString())
                .doesNotContain("example.org")
                .doesNotContain("email");
    }

    @Test
    void aPatchChangesAndClearsFieldsAndReportsEveryInvalidOne() {
        Client user = api.newUser();
        String path = "/api/users/" + user.get("/api/users/me").text("/id");

        ReceivedAnswer changed =
                user.patch(path, "{\"avatar\":\"https://a.example/x.png\",\"timeZone\":\"Europe/Berlin\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        ReceivedAnswer cleared = user.patch(path, "{\"avatar\":null}");
        assertThat(cleared.json().path("avatar").isNull()).isTrue();
        assertThat(cleared.text("/timeZone")).isEqualTo("Europe/Berlin");

        ReceivedAnswer rejected = user.patch(
                path, "{\"name\":null,\"timeZone\":\"Mars/Base\",\"username\":\"NO\",\"avatar\":\"javascript:x\"}");
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.json().path("errors"))
                .extracting(error -> error.path("field").asString())
                .containsExactlyInAnyOrder("name", "timeZone", "username", "avatar");
    }

    @Test
    void anotherUserIsFoundOnlyByAdmins() {
        Client user = api.newUser();
        String path = "/api/users/" + user.get("/api/users/me").text("/id");
        Client other = api.newUser();

        assertThat(other.get(path).status()).isEqualTo(404);
        assertThat(other.patch(path, "{\"name\":\"x\"}").status()).isEqualTo(404);
        assertThat(other.delete(path).status()).isEqualTo(404);
        assertThat(api.demo().get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u200b\u2060", "\u3164", "\u2800 \u115f", "anna\u202eanna", "\u2067anna"})
    void aNameThatNobodyCanReadIsRejected(String name) {
        ReceivedAnswer rejected = api.newUser().patch("/api/users/me", "{\"name\":\"" + name + "\"}");

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.text("/errors/0/field")).isEqualTo("name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë",
                "\ud83d\ude42",
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\u05d0\u05e0\u05d4",
                "7",
                "?"
            })
    void aNameOfAnyScriptIsAccepted(String name) {
        ReceivedAnswer changed = api.newUser().patch("/api/users/me", "{\"name\":\"" + name + "\"}");

        assertThat(changed.text("/name")).isEqualTo(name);
    }

    @Test
    void anAdminsChangeOfAnotherUserIsRecordedWithTheNamesOfItsFields() {
        String id = api.newUser().get("/api/users/me").text("/id");

        assertThat(api.demo()
                        .patch("/api/users/" + id, "{\"name\":\"Other\",\"username\":null,\"timeZone\":\"Asia/Tokyo\"}")
                        .status())
                .isEqualTo(200);

        assertThat(api.demo().get("/api/admin/audit?limit=200").json().path("items"))
                .anySatisfy(entry -> {
                    assertThat(entry.path("action").asString()).isEqualTo("user.change");
                    assertThat(entry.path("target").asString()).isEqualTo("user/" + id);
                    assertThat(entry.path("detail").toString())
                            .isEqualTo("{\"fields\":[\"name\",\"timeZone\"],\"version\":2}");
                });
    }

    @Test
    void theCallersOwnUserIsChangedAndDeletedWithoutItsId() {
        Client user = api.newUser();

        ReceivedAnswer patched = user.patch("/api/users/me", "{\"name\":\"Other\"}", "If-Match", "\"1\"");
        assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        assertThat(patched.text("/name")).isEqualTo("Other");
        assertThat(patched.header("ETag")).isEqualTo("\"2\"");
        assertThat(user.delete("/api/users/me", "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(user.delete("/api/users/me").status()).isEqualTo(204);

        assertThat(user.get("/api/users/me").status()).isEqualTo(404);
        assertThat(user.patch("/api/users/me", "{\"name\":\"x\"}").status()).isEqualTo(404);
    }

    @Test
    void anAdminNamesTheIdOfAUserWhoThenSignsIn() {
        UUID id = UUID.randomUUID();
        String named = "{\"id\":\"" + id + "\",\"email\":\"" + id + "@example.org\",\"name\":\"A\"}";
        Client admin = api.as(UUID.randomUUID(), "user", "admin");

        assertThat(api.as(UUID.randomUUID(), "user").post("/api/users", named).status())
                .isEqualTo(403);
        ReceivedAnswer created = admin.post("/api/users", named);

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.text("/id")).isEqualTo(id.toString());
        assertThat(admin.get("/api/users/me").status()).isEqualTo(404);
        assertThat(api.as(id, "user").get("/api/users/me").status()).isEqualTo(200);
        assertThat(admin.post("/api/users", named.replace("@", "@x")).problem()).isEqualTo("user-exists");
        assertThat(admin.post("/api/users", named.replace(id.toString(), "1")).status())
                .isEqualTo(400);
    }

    @Test
    void concurrentFirstCallsCreateOneUser() throws Exception {
        UUID id = UUID.randomUUID();
        Client caller = api.as(id, "user");
        List<Callable<ReceivedAnswer>> calls = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            String email = n + "." + id + "@example.org";
            calls.add(() -> caller.post("/api/users", body(email)));
        }

        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<ReceivedAnswer> call : pool.invokeAll(calls)) {
                statuses.add(call.get().status());
            }
        }

        assertThat(statuses).containsOnlyOnce(201).isSubsetOf(201, 403, 409);
        assertThat(events(id.toString(), "user.created", 1)).isEqualTo(1);
    }
}

package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.api.access.DemoUser;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** This test deletes users with their data. */
class UserDeletionIT extends UserFixture {

    @Test
    void aUserIsDeletedAtOnceAndAJobDeletesTheirDataWithEvents() {
        Client user = api.newUser();
        String id = user.get("/api/users/me").text("/id");
        String todo = user.post(
                        "/api/todos",
                        "{\"title\":\"t\",\"subject\":\"Math\",\"difficulty\":\"hard\",\"questionsTarget\":1}")
                .text("/id");
        String session = user.post("/api/sessions", "{\"minutes\":5}").text("/id");
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject, freed) VALUES (CAST(:id AS uuid), 'Art', true)")
                .param("id", id)
                .update();

        ReceivedAnswer deleted = user.delete("/api/users/" + id);

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.header("X-Consistency-Token")).isNotBlank();
        assertThat(user.get("/api/users/me").status()).isEqualTo(404);
        assertThat(user.get("/api/todos/" + todo).status()).isEqualTo(404);
        assertThat(user.get("/api/sessions/" + session).status()).isEqualTo(404);
        assertThat(user.get("/api/todos").json().path("items")).isEmpty();
        assertThat(user.post("/api/users", body(id + "@example.org")).problem()).isEqualTo("user-deleted");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(events(todo, "todo.deleted", 2)).isEqualTo(1);
            assertThat(events(session, "session.deleted", 2)).isEqualTo(1);
            assertThat(api.sql()
                            .sql("SELECT count(*) FROM subjects WHERE user_id = CAST(:id AS uuid)")
                            .param("id", id)
                            .query(Long.class)
                            .single())
                    .isZero();
        });
        assertThat(events(id, "user.deleted", 2)).isEqualTo(1);
    }

    @Test
    void manyUsersAreDeletedAtOnce() {
        try (TestDatabase database = TestServers.newDatabase();
                RunningApi rarelyPolling = RunningApi.on(
                        database.url(),
                        Map.of(
                                "spring.datasource.username",
                                database.username(),
                                "spring.datasource.password",
                                database.password(),
                                "studybuddy.jobs.poll",
                                "1s"))) {
            List<UUID> users = Stream.generate(
                            () -> rarelyPolling.newUser().get("/api/users/me").text("/id"))
                    .limit(80)
                    .map(UUID::fromString)
                    .toList();
            users.forEach(user -> assertThat(
                            rarelyPolling.demo().delete("/api/users/" + user).status())
                    .isEqualTo(204));

            // One deletion at a time, claimed once a second, would need 80 s.
            await().atMost(Duration.ofSeconds(60)).until(() -> countDone(rarelyPolling, users) == users.size());
        }
    }

    private static long countDone(RunningApi instance, List<UUID> users) {
        return instance.sql()
                .sql("SELECT count(*) FROM jobs WHERE settings ->> 'user' IN (:users) AND state = 'done'")
                .param("users", users.stream().map(UUID::toString).toList())
                .query(Long.class)
                .single();
    }

    @Test
    void theDemoUserExistsWithItsEventAndCannotBeDeleted() {
        assertThat(events(DemoUser.ID.toString(), "user.created", 1)).isEqualTo(1);
        ReceivedAnswer rejected = api.demo().delete("/api/users/" + DemoUser.ID);
        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.problem()).isEqualTo("demo-user");
    }
}

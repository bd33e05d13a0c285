package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test finds users as an admin. */
class UserSearchIT {

    private final RunningApi api = RunningApi.shared();
    private final String mark = UUID.randomUUID().toString();

    @Test
    void aUserIsFoundByEmailUsernameOrAPartOfTheName() {
        String user = create("Anna " + mark, "Anna." + mark + "@Example.org", "anna_" + mark.substring(0, 8));
        create("Ben " + mark, "ben." + mark + "@example.org", null);

        assertThat(ids("email=anna." + mark + "@example.ORG")).containsExactly(user);
        assertThat(ids("username=anna_" + mark.substring(0, 8))).containsExactly(user);
        assertThat(ids("text=ANNA%20" + mark)).containsExactly(user);
        assertThat(ids("text=" + mark)).hasSize(2);
        assertThat(ids("email=nobody." + mark + "@example.org")).isEmpty();
    }

    @Test
    void thePagesOfASearchJoinWithoutAGapOrARepeat() {
        List<String> created = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            created.add(create("Clara " + mark, "clara" + n + "." + mark + "@example.org", null));
        }
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            ReceivedAnswer page = api.get("/api/admin/users?limit=2&text=" + mark + "&cursor=" + cursor);
            found.addAll(ids(page));
            cursor = page.json().path("nextCursor").asString("");
        } while (!cursor.isEmpty());

        assertThat(found).containsExactlyInAnyOrderElementsOf(created);
        assertThat(found).isSorted();
    }

    @Test
    void aSearchLeavesAnAuditRowWithoutTheSearchedText() {
        api.get("/api/admin/users?email=" + mark + "@example.org");

        ReceivedAnswer audit = api.get("/api/admin/audit?action=user.search&limit=200");
        assertThat(audit.json()
                        .path("items")
                        .get(0)
                        .path("detail")
                        .path("byEmail")
                        .booleanValue())
                .isTrue();
        assertThat(audit.body()).doesNotContain(mark);
    }

    @Test
    void onlyAdminsListUsers() {
        assertThat(api.newUser().get("/api/admin/users").status()).isEqualTo(403);
        assertThat(api.get("/api/admin/users?cursor=x").problem()).isEqualTo("invalid-request");
    }

    private String create(String name, String email, @Nullable String username) {
        String body = "{\"name\":\"" + name + "\",\"email\":\"" + email + "\""
                + (username == null ? "" : ",\"username\":\"" + username + "\"") + "}";
        ReceivedAnswer created = api.post("/api/users", body);
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        return created.text("/id");
    }

    private List<String> ids(String query) {
        return ids(api.get("/api/admin/users?" + query));
    }

    private static List<String> ids(ReceivedAnswer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("items").spliterator(), false)
                .map(user -> user.path("id").asString())
                .toList();
    }
}

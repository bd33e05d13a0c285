package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.RunningApi;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class DuplicateEmailsIT {

    private final RunningApi api = RunningApi.shared();

    @Test
    void theUsersWhoShareAnAddressAreNamed() {
        String first = insertUser("Shared");
        String second = insertUser("sHARED");
        String other = api.newUser().get("/api/users/me").text("/id");

        assertThat(DuplicateEmails.find(api.bean(DataSource.class)))
                .anySatisfy(users -> assertThat(users).contains(first).contains(second))
                .noneSatisfy(users -> assertThat(users).contains(other));
    }

    private String insertUser(String name) {
        String id = UUID.randomUUID().toString();
        api.sql()
                .sql("INSERT INTO users (id, email, name, version, created_at, updated_at)"
                        + " VALUES (CAST(:id AS uuid), :email, 'A', 1, now(), now())")
                .param("id", id)
                .param("email", name + "@" + getClass().getSimpleName() + ".example.org")
                .update();
        return id;
    }
}

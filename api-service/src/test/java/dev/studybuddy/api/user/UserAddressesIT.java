package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** This test uses e-mail addresses and usernames that another user has. */
class UserAddressesIT extends UserFixture {

    @Test
    void anEmailOrUsernameOfAnotherUserIsRejected() {
        String name = "u" + UUID.randomUUID().toString().substring(0, 20);
        String email = name + "@example.org";
        ReceivedAnswer created = api.demo()
                .post("/api/users", "{\"email\":\"" + email + "\",\"name\":\"A\",\"username\":\"" + name + "\"}");
        assertThat(created.status()).isEqualTo(201);

        assertThat(api.demo().post("/api/users", body(email)).problem()).isEqualTo("email-taken");
        ReceivedAnswer taken = api.demo()
                .post("/api/users", "{\"email\":\"x" + email + "\",\"name\":\"A\",\"username\":\"" + name + "\"}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.problem()).isEqualTo("username-taken");
        Client other = api.newUser();
        assertThat(other.patch("/api/users/" + other.get("/api/users/me").text("/id"), "{\"email\":\"" + email + "\"}")
                        .problem())
                .isEqualTo("email-taken");
    }

    @Test
    void addressesAreComparedWithoutCase() {
        String address = "Anna." + UUID.randomUUID() + "@Example.org";
        Client anna = api.newUser();
        assertThat(anna.patch("/api/users/me", "{\"email\":\"" + address + "\"}")
                        .status())
                .isEqualTo(200);

        String lower = address.toLowerCase(Locale.ROOT);
        assertThat(api.demo().post("/api/users", body(lower)).problem()).isEqualTo("email-taken");
        assertThat(api.newUser()
                        .patch("/api/users/me", "{\"email\":\"" + lower + "\"}")
                        .problem())
                .isEqualTo("email-taken");
        assertThat(anna.patch("/api/users/me", "{\"email\":\"" + lower + "\"}").status())
                .isEqualTo(200);
    }

    @Test
    void usersWhoAlreadyShareAnAddressKeepItAndCanBeChanged() {
        String address = "Ben." + UUID.randomUUID() + "@example.org";
        Client first = api.newUser();
        Client second = api.newUser();
        first.patch("/api/users/me", "{\"email\":\"" + address + "\"}");
        String id = second.get("/api/users/me").text("/id");
        api.sql()
                .sql("UPDATE users SET email = :email WHERE id = CAST(:id AS uuid)")
                .param("email", address.toUpperCase(Locale.ROOT))
                .param("id", id)
                .update();

        ReceivedAnswer renamed = second.patch("/api/users/me", "{\"name\":\"Ben\"}");

        assertThat(renamed.status()).as(renamed.body()).isEqualTo(200);
        assertThat(renamed.text("/email")).isEqualTo(address.toUpperCase(Locale.ROOT));
        assertThat(first.patch("/api/users/me", "{\"email\":\"b" + address + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(first.patch("/api/users/me", "{\"email\":\"" + address + "\"}")
                        .problem())
                .isEqualTo("email-taken");
    }
}

package dev.studybuddy.api.user;

import dev.studybuddy.api.access.ConditionalOnOpenMode;
import dev.studybuddy.api.access.DemoUser;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Creates the demo user and its event at the first start in mode {@code open}. */
@Component
@ConditionalOnOpenMode
final class DemoUserInitializer implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(DemoUserInitializer.class);

    private final Users users;

    DemoUserInitializer(Users users) {
        this.users = users;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (users.find(DemoUser.ID).isPresent()) {
            return;
        }
        Instant now = users.now();
        try {
            users.create(
                    new User(DemoUser.ID, "demo@studybuddy.dev", "Demo user", "demo", null, "UTC", true, 1, now, now));
            LOG.atInfo().addKeyValue("user", DemoUser.ID).log("This instance created the demo user");
        } catch (DataAccessException | dev.studybuddy.api.http.ProblemException thrown) {
            if (users.find(DemoUser.ID).isEmpty()) {
                throw thrown;
            }
            LOG.atInfo().addKeyValue("user", DemoUser.ID).log("Another instance created the demo user");
        }
    }
}

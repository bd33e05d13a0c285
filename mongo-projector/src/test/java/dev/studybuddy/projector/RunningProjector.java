package dev.studybuddy.projector;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** A running projector is an instance of the program in this JVM. */
final class RunningProjector implements AutoCloseable {

    private static final Duration SERVED_LIMIT = Duration.ofSeconds(90);

    private final ConfigurableApplicationContext context;

    RunningProjector(String bootstrap, String mongo, String prefix, Map<String, String> more, Class<?>... beans) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + bootstrap,
                "--spring.mongodb.uri=" + mongo,
                "--studybuddy.topic-prefix=" + prefix,
                "--studybuddy.group-prefix=" + prefix + "projector-",
                "--studybuddy.topic-partitions=" + TestTopicWriter.PARTITIONS,
                "--studybuddy.projector.reconciliation-interval=200ms",
                "--studybuddy.projector.topic-check-interval=1s"));
        more.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        context = run(beans, arguments);
    }

    /** Starts one program at a time, because each start configures the log of the JVM. */
    private static synchronized ConfigurableApplicationContext run(Class<?>[] beans, List<String> arguments) {
        return new SpringApplicationBuilder(ProjectorApplication.class)
                .sources(beans)
                .run(arguments.toArray(String[]::new));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** Waits until this instance serves this number of generations and polls the topics of each of them. */
    void awaitServed(int generations) {
        HealthIndicator indicator = bean("projector", HealthIndicator.class);
        await("the projector serves " + generations + " generations")
                .atMost(SERVED_LIMIT)
                .until(
                        indicator::health,
                        health -> health.getStatus().equals(Status.UP)
                                && Objects.equals(health.getDetails().get("generations"), generations));
    }

    String url() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    @Override
    public void close() {
        context.close();
    }
}

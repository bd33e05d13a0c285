package dev.studybuddy.bench.modulith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs the writing application and its externalisation in one process, which is how Spring Modulith is used. */
@SpringBootApplication
@EnableScheduling
public class ModulithRelay {

    public static void main(String[] arguments) {
        SpringApplication.run(ModulithRelay.class, arguments);
    }

    @Bean
    EventExternalizationConfiguration externalization(@Value("${bench.topic}") String topic) {
        return EventExternalizationConfiguration.externalizing()
                .selectByType(BenchmarkEvent.class)
                .route(
                        BenchmarkEvent.class,
                        event -> RoutingTarget.forTarget(topic).andKey(event.key()))
                .build();
    }

    @Bean
    ApplicationRunner testEvent(ApplicationEventPublisher events, TransactionTemplate transaction) {
        return arguments -> transaction.executeWithoutResult(
                status -> events.publishEvent(new BenchmarkEvent(0, 0, "test", 1, "benchmark", "mathematics", "")));
    }
}

package dev.studybuddy.publisher;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the program that publishes the events of an outbox table to Kafka. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class OutboxPublisherApplication {

    public static void main(String[] args) {
        SpringApplication.run(OutboxPublisherApplication.class, args);
    }
}

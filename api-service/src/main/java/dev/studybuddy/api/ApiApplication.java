package dev.studybuddy.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The program: REST on port 3001, management on port 3011. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@EnableScheduling
public class ApiApplication {

    /** Starts the service; it ends on SIGTERM, after the requests under way. */
    public static void main(String[] arguments) {
        SpringApplication.run(ApiApplication.class, arguments);
    }
}

package dev.studybuddy.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Runs the API service, which serves REST on port 3001 and management endpoints on port 3011 by default. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class ApiApplication {

    /** Starts the service. On SIGTERM it completes the requests in progress before it ends. */
    public static void main(String[] arguments) {
        SpringApplication.run(ApiApplication.class, arguments);
    }
}

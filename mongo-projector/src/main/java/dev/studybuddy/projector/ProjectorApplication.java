package dev.studybuddy.projector;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** This program builds MongoDB's read models from the topics. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ProjectorApplication {

    /** Starts the program. */
    public static void main(String[] arguments) {
        SpringApplication.run(ProjectorApplication.class, arguments);
    }
}

package dev.studybuddy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.StudyContribution;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Defines a second schema of events for tests, whose values have the format of the first one. With the settings of this
 * class, programs of this version read and write the schema: the settings replace the converters of schemas and install
 * versions of the projections.
 */
final class SecondSchema {

    static final int NUMBER = 2;
    static final int PROJECTION_VERSION = 3;

    private static final List<Class<?>> READ_MODELS = List.of(SecondSchemaStudy.class, SecondSchemaSubjects.class);

    private static final Pattern WRITTEN = Pattern.compile("(?m)^outbox_event_schema(?:\\{[^}]*})? ([0-9.]+)$");

    private static final String READER = """
            <beans xmlns="http://www.springframework.org/schema/beans"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xsi:schemaLocation="http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans/spring-beans.xsd">
              <bean id="secondSchema" class="dev.studybuddy.contract.SchemaUpcaster" primary="true">
                <constructor-arg value="2"/>
                <constructor-arg>
                  <list>
                    <bean class="dev.studybuddy.contract.SchemaUpcaster$Step">
                      <constructor-arg value="TODO"/>
                      <constructor-arg value="1"/>
                      <constructor-arg>
                        <bean class="java.util.function.UnaryOperator" factory-method="identity"/>
                      </constructor-arg>
                    </bean>
                  </list>
                </constructor-arg>
              </bean>
            </beans>
            """;

    private static final String WRITER = """
            <beans xmlns="http://www.springframework.org/schema/beans"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xsi:schemaLocation="http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans/spring-beans.xsd">
              <bean id="secondSchema" class="dev.studybuddy.contract.SchemaDowncaster" primary="true">
                <constructor-arg value="2"/>
                <constructor-arg>
                  <list/>
                </constructor-arg>
              </bean>
            </beans>
            """;

    private SecondSchema() {}

    /**
     * Returns the settings of api-service and mongo-projector. They refer to files that this method writes into a
     * folder.
     */
    static Map<String, Map<String, String>> settings(Path folder) throws IOException {
        writeJar(folder.resolve("read-models.jar"));
        Path reader = Files.writeString(folder.resolve("reader.xml"), READER);
        Path writer = Files.writeString(folder.resolve("writer.xml"), WRITER);
        String readModels = folder.toString();
        return Map.of(
                "api-service",
                Map.of(
                        "SPRING_MAIN_SOURCES",
                        writer.toUri().toString(),
                        "STUDYBUDDY_EVENTS_HIGHESTSCHEMA",
                        Integer.toString(NUMBER),
                        "STUDYBUDDY_READMODELS_FOLDER",
                        readModels),
                "mongo-projector",
                Map.of("SPRING_MAIN_SOURCES", reader.toUri().toString(), "STUDYBUDDY_READMODELS_FOLDER", readModels));
    }

    /** Returns the contribution function of a version of {@code study}; empty if the version does not exist. */
    static Optional<ContributionFunction> contributionFunction(int version) {
        return version == PROJECTION_VERSION
                ? Optional.of(StudyContribution::add)
                : StudyContribution.ofVersion(version);
    }

    /** Returns the schema in which the API of a stack writes events. */
    static int readWritten(TestStack stack) throws IOException, InterruptedException {
        URI metrics =
                requireNonNull(stack.managementAddresses().get("api-service")).resolve("/actuator/prometheus");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher sample = WRITTEN.matcher(text);
            if (!sample.find()) {
                throw new IllegalStateException("the API reports no schema: " + text);
            }
            return (int) Double.parseDouble(sample.group(1));
        }
    }

    private static void writeJar(Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> model : READ_MODELS) {
                String name = model.getName().replace('.', '/') + ".class";
                try (InputStream content = requireNonNull(model.getClassLoader().getResourceAsStream(name))) {
                    out.putNextEntry(new JarEntry(name));
                    content.transferTo(out);
                    out.closeEntry();
                }
            }
            String names =
                    String.join("\n", READ_MODELS.stream().map(Class::getName).toList());
            out.putNextEntry(new JarEntry("META-INF/services/" + ReadModel.class.getName()));
            out.write(names.getBytes(UTF_8));
            out.closeEntry();
        }
    }
}

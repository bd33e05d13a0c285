package dev.studybuddy.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {

    private static final String MODULE = "api-service";

    @TempDir
    private Path checkout;

    @Test
    void aProgramOfAnotherCheckoutMayHaveAnotherVersion() throws IOException {
        addJar("api-service-0.0.1.jar");

        try (Service service = service()) {
            assertThat(service).hasToString("earlier");
        }
    }

    @Test
    void aCheckoutWithoutTheJarOrWithSeveralJarsIsRejected() throws IOException {
        addJar("outbox-publisher-0.0.1.jar");
        assertThatIllegalStateException().isThrownBy(this::service).withMessageContaining("exactly one jar");

        addJar("api-service-0.0.1.jar");
        addJar("api-service-0.0.2.jar");
        assertThatIllegalStateException().isThrownBy(this::service).withMessageContaining("api-service-0.0.2.jar");
    }

    private Service service() {
        return new Service(checkout, MODULE, "earlier", 1, Map.of());
    }

    private void addJar(String name) throws IOException {
        Path folder = Files.createDirectories(checkout.resolve(MODULE).resolve("target"));
        Files.createFile(folder.resolve(name));
    }
}

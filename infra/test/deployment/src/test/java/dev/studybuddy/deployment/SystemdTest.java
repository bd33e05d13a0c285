package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the units of systemd. */
class SystemdTest {

    private static final String FOLDER = "infra/deploy/systemd/";

    /** The tool rates the exposure of a unit from 0 to 100; an ordinary unit has 96. */
    private static final String HIGHEST_EXPOSURE = "20";

    @Test
    void systemdAcceptsEveryUnit(@TempDir Path folder) throws Exception {
        Tool analyze = Tool.require("systemd-analyze", "systemd");
        List<String> arguments = new ArrayList<>(List.of("verify", "--man=no"));
        List<Path> units = new ArrayList<>(Repository.filesBelow(FOLDER, ".service"));
        units.addAll(Repository.filesBelow(FOLDER, ".target"));
        for (Path unit : units) {
            // The check needs a program that exists, and the build's Java need not be where that of a host is.
            String text = Files.readString(unit).replace("/usr/bin/java", java());
            Path copy = Files.writeString(folder.resolve(unit.getFileName()), text);
            arguments.add(copy.toString());
        }

        assertThat(arguments).hasSize(6);
        assertThat(analyze.pass(arguments.toArray(String[]::new))).doesNotContain("studybuddy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "outbox-publisher", "mongo-projector"})
    void aUnitExposesLittleOfItsHost(String service) throws Exception {
        Tool.require("systemd-analyze", "systemd")
                .pass("security", "--offline=true", "--threshold=" + HIGHEST_EXPOSURE, FOLDER + service + ".service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "outbox-publisher", "mongo-projector"})
    void aUnitWaitsLongerThanItsProgramNeedsToStop(String service) throws IOException {
        String unit = Repository.read(FOLDER + service + ".service");
        String settings = Repository.read(service + "/src/main/resources/application.yaml");
        int phaseSeconds = Repository.seconds(settings, "timeout-per-shutdown-phase: ");

        assertThat(Repository.seconds(unit, "TimeoutStopSec=")).isGreaterThan(phaseSeconds);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}

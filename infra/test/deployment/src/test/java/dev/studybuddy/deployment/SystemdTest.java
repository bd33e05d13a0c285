package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        List<Path> copies = new ArrayList<>();
        List<Path> units = new ArrayList<>(Repository.filesBelow(FOLDER, ".service"));
        units.addAll(Repository.filesBelow(FOLDER, ".target"));
        for (Path unit : units) {
            copies.add(copy(unit, folder, Files.readString(unit)));
        }

        assertThat(copies).hasSize(4);
        Tool.Run run = verify(copies);
        assertThat(run.output()).doesNotContain(folder.toString());
        assertThat(run.code()).as(run.output()).isZero();
    }

    /** Without the option {@code --recursive-errors}, the tool reports an unknown key but exits with 0. */
    @Test
    void aUnitWithAnUnknownKeyIsFound(@TempDir Path folder) throws Exception {
        Path unit = Repository.file(FOLDER + "api-service.service");
        String text = Files.readString(unit).replace("Restart=always", "Restarts=always");

        Tool.Run run = verify(List.of(copy(unit, folder, text)));

        assertThat(run.output()).contains(folder.toString(), "Restarts");
        assertThat(run.code()).isNotZero();
    }

    /**
     * Copies a unit with the Java of this build in place of {@code /usr/bin/java}, because the check requires that the
     * program of a unit exists.
     */
    private static Path copy(Path unit, Path folder, String text) throws IOException {
        return Files.writeString(folder.resolve(unit.getFileName()), text.replace("/usr/bin/java", java()));
    }

    private static Tool.Run verify(List<Path> units) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("verify", "--man=no", "--recursive-errors=no"));
        units.forEach(unit -> arguments.add(unit.toString()));
        return Tool.require("systemd-analyze", "systemd").run(Map.of(), arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "outbox-publisher", "mongo-projector"})
    void aUnitExposesLittleOfItsHost(String service) throws Exception {
        Tool.require("systemd-analyze", "systemd")
                .pass("security", "--offline=true", "--threshold=" + HIGHEST_EXPOSURE, FOLDER + service + ".service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "outbox-publisher", "mongo-projector"})
    void aUnitLeavesEnoughMemoryOutsideTheHeap(String service) throws IOException {
        String file = FOLDER + service + ".service";
        String limit = Repository.read(file)
                .lines()
                .filter(line -> line.startsWith("MemoryMax="))
                .findFirst()
                .orElseThrow()
                .substring("MemoryMax=".length());

        assertThat(MemoryOutsideHeap.mebibytesOutsideHeap(file, limit))
                .isGreaterThanOrEqualTo(MemoryOutsideHeap.REQUIRED_MEBIBYTES_OUTSIDE_HEAP.get(service));
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

package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the workflows of GitHub. */
class WorkflowsTest {

    private static final String FOLDER = ".github/workflows";
    private static final Pattern USES = Pattern.compile("uses: (\\S+)");

    @Test
    void everyActionIsPinnedByItsCommit() throws IOException {
        List<String> actions = new ArrayList<>();
        for (Path workflow : Repository.filesBelow(FOLDER, ".yaml")) {
            USES.matcher(Files.readString(workflow)).results().forEach(match -> actions.add(match.group(1)));
        }

        assertThat(actions)
                .hasSizeGreaterThan(5)
                .allSatisfy(action -> assertThat(action).matches("[\\w-]+/[\\w-]+@[0-9a-f]{40}"));
    }

    @Test
    void everyWorkflowMayOnlyReadUnlessAJobNeedsMore() throws IOException {
        for (Path workflow : Repository.filesBelow(FOLDER, ".yaml")) {
            Map<String, Object> content =
                    Repository.documents(Files.readString(workflow)).getFirst();
            assertThat(content.get("permissions")).as(workflow.toString()).isEqualTo(Map.of("contents", "read"));
        }
    }

    /** In CI, a test fails if its program is absent. */
    @Test
    void everyJobThatRunsTheTestsInstallsTheirProgramsFirst() throws IOException {
        assertThat(Repository.read(".ci/run")).containsSubsequence("\n.ci/install\n", "./mvnw verify");
        int jobsWithTests = 0;
        for (Path workflow : Repository.filesBelow(FOLDER, ".yaml")) {
            Map<String, Object> jobs = Repository.map(
                    Repository.documents(Files.readString(workflow)).getFirst(), "jobs");
            for (String name : jobs.keySet()) {
                List<String> commands = commands(Repository.map(jobs, name));
                int tests = indexOf("mvnw verify", commands);
                if (tests >= 0) {
                    jobsWithTests++;
                    assertThat(commands.subList(0, tests))
                            .as("%s, job %s", workflow.getFileName(), name)
                            .contains(".ci/install");
                }
            }
        }

        assertThat(jobsWithTests).isPositive();
    }

    /** On Ubuntu 24.04, AppArmor refuses the user namespace in which the test of a full disk mounts its disk. */
    @Test
    void theLongTestsMayCreateUserNamespaces() throws IOException {
        Map<String, Object> workflow = Repository.yaml(FOLDER + "/long.yaml");

        assertThat(commands(Repository.map(workflow, "jobs", "verify")))
                .containsSubsequence("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", ".ci/run");
    }

    private static List<String> commands(Map<String, Object> job) {
        return Repository.list(job, "steps").stream()
                .filter(step -> step.containsKey("run"))
                .map(step -> String.valueOf(step.get("run")))
                .toList();
    }

    private static int indexOf(String words, List<String> commands) {
        for (int index = 0; index < commands.size(); index++) {
            if (commands.get(index).contains(words)) {
                return index;
            }
        }
        return -1;
    }

    /** Under an emulator, the build of the other architecture would take many times longer. */
    @Test
    void aReleaseBuildsJarsOfItsVersionWithoutAnEmulator() throws IOException {
        String image = Repository.read("infra/deploy/docker/service.Dockerfile");

        assertThat(Repository.read(FOLDER + "/release.yaml")).contains("--build-arg \"VERSION=$VERSION\"");
        assertThat(image).containsSubsequence("\nARG VERSION", "<version>$VERSION</version>", "./mvnw ");
        assertThat(image.lines().filter(line -> line.startsWith("FROM ") && line.contains(" AS ")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("FROM --platform=$BUILDPLATFORM "));
    }

    @Test
    void aReleaseIsStartedByAPersonVerifiesFirstAndSignsWhatItPublishes() throws IOException {
        String release = Repository.read(FOLDER + "/release.yaml");
        Map<String, Object> jobs = Repository.map(Repository.yaml(FOLDER + "/release.yaml"), "jobs");

        assertThat(release)
                .contains("workflow_dispatch:", "linux/amd64,linux/arm64", "--sbom=true", "attest-build-provenance@");
        assertThat(Repository.map(jobs, "images").get("needs")).isEqualTo("verify");
        assertThat(Repository.map(jobs, "tag").get("needs")).isEqualTo("images");
    }
}

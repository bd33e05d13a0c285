package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Checks the shell scripts and the YAML files of the repository with their linters. */
class ScriptsTest {

    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".git", ".local", ".mvn", "node_modules");

    @Test
    void everyShellScriptPassesShellcheck() throws Exception {
        Tool shellcheck = Tool.require("shellcheck", "shellcheck");
        List<String> arguments = new ArrayList<>(List.of("--external-sources"));
        arguments.addAll(files(ScriptsTest::isShellScript));

        assertThat(arguments).contains(".ci/run", "infra/up", "infra/bench/run");
        shellcheck.pass(arguments.toArray(String[]::new));
    }

    @Test
    void everyYamlFilePassesYamllint() throws Exception {
        Tool yamllint = Tool.require("yamllint", "yamllint");
        List<String> arguments = new ArrayList<>(
                List.of("--strict", "--config-file", "infra/test/deployment/src/test/resources/yamllint.yaml"));
        arguments.addAll(files(file -> file.toString().matches(".*\\.ya?ml")));

        assertThat(arguments).contains("infra/deploy/compose.yaml", ".github/workflows/verify.yaml");
        yamllint.pass(arguments.toArray(String[]::new));
    }

    private static boolean isShellScript(Path file) {
        if (!Files.isExecutable(file) || file.endsWith("mvnw")) {
            return file.toString().endsWith(".sh");
        }
        try (var lines = Files.newBufferedReader(file)) {
            String first = lines.readLine();
            return first != null && first.startsWith("#!") && first.endsWith("sh");
        } catch (IOException binary) {
            return false;
        }
    }

    private static List<String> files(Predicate<Path> wanted) throws IOException {
        List<String> found = new ArrayList<>();
        Path root = Repository.root();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skipped = SKIPPED_FOLDERS.contains(folder.getFileName().toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (wanted.test(file)) {
                    found.add(root.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}

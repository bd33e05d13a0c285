package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Checks the shell scripts and the YAML files of the repository with their linters, and the script {@code infra/api}
 * against an API of the test.
 */
class ScriptsTest {

    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".git", ".local", ".mvn", "node_modules");
    private static final String DONE = "{\"state\": \"done\"}";

    @Test
    void everyShellScriptPassesShellcheck() throws Exception {
        Tool shellcheck = Tool.require("shellcheck", "shellcheck");
        List<String> arguments = new ArrayList<>(List.of("--external-sources"));
        arguments.addAll(files(ScriptsTest::isShellScript));

        assertThat(arguments).contains(".ci/install", ".ci/run", "infra/up", "infra/bench/run");
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

    @Test
    void aWaitForAJobContinuesAfterPollsThatAreAnsweredWith503Or429() throws Exception {
        Tool.Run run = waitForJob(503, 429, 200);

        assertThat(run.output()).contains("\"state\": \"done\"");
        assertThat(run.code()).isZero();
    }

    @Test
    void aWaitForAJobFailsIfAPollIsAnsweredWith404() throws Exception {
        Tool.Run run = waitForJob(404, 200);

        assertThat(run.output()).contains("was answered with status 404");
        assertThat(run.code()).isOne();
    }

    @Test
    void anIncompleteAnswerIsNoSuccess() throws Exception {
        Tool.Run run = callApi(
                api -> api.createContext("/api/admin/jobs", ScriptsTest::breakAnswer), "GET", "/api/admin/jobs");

        assertThat(run.output()).contains("was answered with status 000");
        assertThat(run.code()).isOne();
    }

    @Test
    void aPollWhoseAnswerIsIncompleteIsRepeated() throws Exception {
        Iterator<HttpHandler> polls = List.<HttpHandler>of(
                        ScriptsTest::breakAnswer, exchange -> answer(exchange, 200, DONE))
                .iterator();
        Tool.Run run = startJob("{\"jobId\": \"1\"}", exchange -> polls.next().handle(exchange));

        assertThat(run.output()).contains(DONE);
        assertThat(run.code()).isZero();
        assertThat(polls.hasNext()).isFalse();
    }

    @Test
    void aWaitForAJobFailsIfTheAnswerNamesNoJob() throws Exception {
        Tool.Run run = startJob("{}", exchange -> answer(exchange, 200, DONE));

        assertThat(run.output()).contains("names no job");
        assertThat(run.code()).isOne();
    }

    /** Starts a job and waits for it, at an API that answers the polls with these statuses. */
    private static Tool.Run waitForJob(Integer... statuses) throws Exception {
        Iterator<Integer> polls = List.of(statuses).iterator();
        return startJob("{\"jobId\": \"1\"}", exchange -> answer(exchange, polls.next(), DONE));
    }

    /** Starts a job and waits for it, at an API that accepts the job with this body. */
    private static Tool.Run startJob(String accepted, HttpHandler polls) throws Exception {
        return callApi(
                api -> {
                    api.createContext("/api/admin/verify", exchange -> answer(exchange, 202, accepted));
                    api.createContext("/api/admin/jobs/", polls);
                },
                "--wait",
                "POST",
                "/api/admin/verify",
                "{}");
    }

    private static Tool.Run callApi(Consumer<HttpServer> paths, String... arguments) throws Exception {
        Tool.require("curl", "curl");
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        paths.accept(api);
        api.start();
        try {
            Map<String, String> environment = Map.of(
                    "STUDYBUDDY_API", "http://127.0.0.1:" + api.getAddress().getPort(), "STUDYBUDDY_TOKEN", "token");
            List<String> words = new ArrayList<>(List.of("infra/api"));
            words.addAll(List.of(arguments));
            return Tool.require("bash", "bash").run(environment, words.toArray(String[]::new));
        } finally {
            api.stop(0);
        }
    }

    /** Sends less of a body than the header {@code Content-Length} declares, and ends the connection. */
    private static void breakAnswer(HttpExchange exchange) throws IOException {
        byte[] bytes = DONE.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length + 1L);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        throw new IOException("The answer is incomplete.");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
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

package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisionIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int LOG_LINES = 10;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ProgressPrinter printer = new ProgressPrinter(new PrintStream(output, true, StandardCharsets.UTF_8));
    private final List<ProcessHandle> startedProcesses = new ArrayList<>();
    private final List<Stack> stacks = new ArrayList<>();
    private Layout layout;

    @BeforeEach
    void createFolders() {
        layout = new Layout(new Repository(folder)).createFolders();
    }

    /** Ends the programs, also those of a test that failed before it ended them. */
    @AfterEach
    void endPrograms() throws InterruptedException {
        for (Stack stack : stacks) {
            stack.stop();
        }
        startedProcesses.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void aKilledProgramIsRestartedAndALineReportsIt() throws Exception {
        Stack stack = newStack(fake("server", Kind.SERVER), fake("service", Kind.SERVICE));
        startAndAwait(stack);
        SupervisedProgram service = stack.programs(Kind.SERVICE).getFirst();
        long first = pid(service);

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(LIMIT).until(() -> service.isHealthy() && pid(service) != first);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("service ended with code 137; the supervisor restarts it in ");
        assertThat(new StatusCommand(layout, printer).report().processes())
                .filteredOn(line -> line.name().equals("service"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.health()).isEqualTo("up");
                    assertThat(line.restarts()).isEqualTo(1);
                });
    }

    @Test
    void aStopEndsEveryProcessAndClearsTheState() throws Exception {
        Stack stack = newStack(fake("server", Kind.SERVER), fake("service", Kind.SERVICE));
        startAndAwait(stack);
        List<Long> pids = List.of(
                pid(stack.programs(Kind.SERVER).getFirst()),
                pid(stack.programs(Kind.SERVICE).getFirst()));

        stack.stop();

        assertThat(pids)
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                        .isEmpty());
        assertThat(new StatusCommand(layout, printer).report().running()).isFalse();
    }

    @Test
    void onlyTheProgramsOfAKilledSupervisorAreEnded() throws Exception {
        Process orphan = new ProcessBuilder(fake("orphan", Kind.SERVICE).command()).start();
        Process stranger = new ProcessBuilder(fake("stranger", Kind.SERVICE).command()).start();
        startedProcesses.addAll(List.of(orphan.toHandle(), stranger.toHandle()));
        StateFile file = new StateFile(layout.stateFile());
        file.write(new StackState(
                new ProcessIdentity(orphan.pid(), Instant.EPOCH, "no such supervisor"),
                StackState.Phase.READY,
                List.of(
                        entry("orphan", ProcessIdentity.of(orphan.toHandle(), FakeProgram.class.getName())),
                        entry("stranger", ProcessIdentity.of(stranger.toHandle(), "another-program.jar")),
                        entry("reused", new ProcessIdentity(stranger.pid(), Instant.EPOCH, "")))));

        assertThat(new DownCommand(layout, printer).run()).isZero();

        assertThat(orphan.onExit().get().isAlive()).isFalse();
        assertThat(stranger.isAlive()).isTrue();
        assertThat(file.read()).isEmpty();
    }

    @Test
    void aProgramThatEndsRepeatedlyFailsTheStartAndShowsItsLog() throws Exception {
        ProgramSpec failing = fake("failing", Kind.SERVER);
        List<String> command = new ArrayList<>(failing.command());
        command.add("--fail");
        Stack stack = newStack(new ProgramSpec(
                "failing",
                Kind.SERVER,
                1,
                List.of(),
                command,
                failing.jar(),
                Map.of(),
                folder,
                List.of(),
                failing.healthCheck()));

        boolean started = new StackStarter(stack, printer, UpOptions.parse(), new StackPorts(0)).run(Map.of());
        stack.stop();

        assertThat(started).isFalse();
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("These programs end repeatedly: failing")
                .contains("it cannot continue");
    }

    private Stack newStack(ProgramSpec... programs) {
        Stack stack = new Stack(layout, List.of(programs), printer);
        stacks.add(stack);
        return stack;
    }

    private void startAndAwait(Stack stack) {
        for (Kind kind : Kind.values()) {
            stack.programs(kind).forEach(SupervisedProgram::start);
            for (SupervisedProgram program : stack.programs(kind)) {
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(program.isHealthy())
                                .as(() -> program.spec().name() + " with the log "
                                        + program.log().tail(LOG_LINES))
                                .isTrue());
            }
        }
    }

    private long pid(SupervisedProgram program) {
        long pid = program.entry().orElseThrow().process().pid();
        ProcessHandle.of(pid).ifPresent(startedProcesses::add);
        return pid;
    }

    private StackState.Entry entry(String name, ProcessIdentity process) {
        return new StackState.Entry(
                name, Kind.SERVICE, 1, new HealthCheck.ReadyFile("none", 1), process, process.started(), 0);
    }

    private ProgramSpec fake(String name, Kind kind) {
        int port = FreePorts.find();
        Path ready = layout.readyFile(name);
        return new ProgramSpec(
                name,
                kind,
                port,
                List.of(port),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FakeProgram.class.getName(),
                        "--port=" + port,
                        "--ready-file=" + ready),
                Path.of(FakeProgram.class.getName()),
                Map.of(),
                folder,
                List.of(),
                new HealthCheck.ReadyFile(ready.toString(), port));
    }
}

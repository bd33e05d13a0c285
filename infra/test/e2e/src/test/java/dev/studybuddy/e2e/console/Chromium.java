package dev.studybuddy.e2e.console;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.e2e.InstalledProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Runs this machine's Chromium without a window. The browser has its own profile, which {@link #close} removes. */
final class Chromium implements AutoCloseable {

    private static final Duration SCRIPT_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);
    private static final Duration PAGE_LIMIT = Duration.ofSeconds(30);

    /** A page without an origin, such as an empty one, has no storage. */
    private static final String CLEAR_STORAGE = "if (location.origin !== 'null') sessionStorage.clear()";

    private static final List<String> OPTIONS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Path profile;
    private final ChromeDriver driver;

    /** Starts the browser. If the browser is absent, the calling test fails in CI and is skipped elsewhere. */
    static Chromium start() throws IOException {
        Path browser = InstalledProgram.require("chromium", "chromium");
        Path service = InstalledProgram.require("chromedriver", "chromium-driver");
        Path profile = Files.createTempDirectory("studybuddy-chromium-");
        try {
            return new Chromium(browser, service, profile);
        } catch (RuntimeException e) {
            remove(profile);
            throw e;
        }
    }

    private Chromium(Path browser, Path service, Path profile) {
        this.profile = profile;
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(OPTIONS);
        options.addArguments("--user-data-dir=" + profile);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(service.toFile())
                        .usingAnyFreePort()
                        .withSilent(true)
                        .build(),
                options);
        driver.manage().timeouts().scriptTimeout(SCRIPT_LIMIT).pageLoadTimeout(PAGE_LIMIT);
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /** Gives the page this size and colour scheme, and requests reduced motion. */
    void show(Appearance appearance) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        appearance.width(),
                        "height",
                        appearance.height(),
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", appearance.colours()),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Writes a picture of the window. */
    void photograph(Path file) {
        write(Map.of("format", "png"), file);
    }

    /** Writes a picture of a part of the page, which may lie below the window. */
    void photograph(Map<String, Object> area, Path file) {
        write(Map.of("format", "png", "optimizeForSpeed", true, "captureBeyondViewport", true, "clip", area), file);
    }

    private void write(Map<String, Object> options, Path file) {
        Object picture =
                driver.executeCdpCommand("Page.captureScreenshot", options).get("data");
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(String.valueOf(picture)));
        } catch (IOException e) {
            throw new UncheckedIOException("The picture cannot be written: " + file, e);
        }
    }

    /**
     * Leaves the present page, so that it sends no further requests, and removes what its tab stores. The console would
     * otherwise use the token of the former page again.
     */
    void leavePage() {
        driver.executeScript(CLEAR_STORAGE);
        driver.get("about:blank");
    }

    /** Returns to the page that the browser showed before the present one. */
    void returnToPage() {
        driver.navigate().back();
    }

    /** Returns the errors that the browser logged since the last call: exceptions, failed loads and refused content. */
    List<String> takeErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        remove(profile);
    }

    /** The last processes of the browser may still write into the profile when the driver has ended. */
    private static void remove(Path profile) {
        await("the profile is removed").atMost(END_LIMIT).ignoreExceptions().until(() -> {
            try (Stream<Path> files = Files.walk(profile)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            return Files.notExists(profile);
        });
    }
}

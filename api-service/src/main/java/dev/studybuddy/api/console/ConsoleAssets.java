package dev.studybuddy.api.console;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Holds the files of the console, which are read once at the start. An entity tag is computed from the content of its
 * file, because all entries of a reproducible jar have the same time.
 */
@Component
final class ConsoleAssets {

    /** The page has this file name. */
    static final String PAGE = "console.html";

    private static final String[] ENDINGS = {"html", "css", "js", "svg"};

    /** This pattern matches each version of the WebJar, because only the pom sets the version. */
    private static final String CHART_LIBRARY = "classpath*:META-INF/resources/webjars/uplot/*/dist/";

    private static final String[] CHART_FILES = {"uPlot.esm.js", "uPlot.min.css"};

    private final Map<String, ConsoleAsset> assets = new TreeMap<>();

    ConsoleAssets() throws IOException {
        PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver();
        for (String ending : ENDINGS) {
            for (Resource resource : resources.getResources("classpath:console/*." + ending)) {
                add("", resource);
            }
        }
        for (String file : CHART_FILES) {
            Resource[] found = resources.getResources(CHART_LIBRARY + file);
            if (found.length != 1) {
                throw new IllegalStateException("the class path must have the WebJar of uPlot once, but it has "
                        + found.length + " files " + file);
            }
            add("uplot/", found[0]);
        }
        if (find(PAGE).isEmpty()) {
            throw new IllegalStateException("the class path lacks the page of the console");
        }
    }

    private void add(String folder, Resource resource) throws IOException {
        String name = resource.getFilename();
        if (name != null) {
            assets.put(folder + name, new ConsoleAsset(name, resource.getContentAsByteArray()));
        }
    }

    /**
     * Returns a file of the console, or nothing if no file has this name.
     *
     * @param name the name of the file; the names of the chart library start with {@code uplot/}
     */
    Optional<ConsoleAsset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }
}

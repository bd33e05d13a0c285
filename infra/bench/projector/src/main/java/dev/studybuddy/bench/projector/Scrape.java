package dev.studybuddy.bench.projector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scrape holds the Prometheus metrics of a program at one instant. */
final class Scrape {

    private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");
    private static final double MILLIS_PER_SECOND = 1000;

    private final Map<String, Double> values = new HashMap<>();

    private Scrape() {}

    /** Reads the metrics of the program that listens on the port. */
    static Scrape read(int port) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"))
                    .build();
            Scrape scrape = new Scrape();
            client.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(scrape::add);
            return scrape;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the scrape was interrupted", e);
        }
    }

    private void add(String line) {
        int end = line.lastIndexOf(' ');
        if (!line.startsWith("#") && end > 0) {
            values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        }
    }

    /**
     * Returns the increase of a counter since an earlier scrape, summed over all series that contain all the given
     * labels.
     */
    double increaseSince(Scrape earlier, String name, String... labels) {
        double sum = 0;
        for (Map.Entry<String, Double> one : values.entrySet()) {
            if (matches(one.getKey(), name, labels)) {
                sum += one.getValue() - earlier.values.getOrDefault(one.getKey(), 0.0);
            }
        }
        return sum;
    }

    /** Returns the sum of a counter over all series that contain all the given labels. */
    double total(String name, String... labels) {
        return increaseSince(new Scrape(), name, labels);
    }

    /**
     * Returns a percentile since an earlier scrape as the upper bound of its histogram bucket, in milliseconds. The
     * result is −1 if the timer recorded nothing since then.
     */
    double percentileSince(Scrape earlier, double percentile, String timer, String... labels) {
        Map<Double, Double> byBound = new TreeMap<>();
        for (Map.Entry<String, Double> one : values.entrySet()) {
            Matcher bound = BOUND.matcher(one.getKey());
            if (matches(one.getKey(), timer + "_bucket", labels) && bound.find()) {
                double seconds =
                        bound.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound.group(1));
                byBound.merge(seconds, one.getValue() - earlier.values.getOrDefault(one.getKey(), 0.0), Double::sum);
            }
        }
        double all = byBound.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        for (Map.Entry<Double, Double> one : byBound.entrySet()) {
            if (all > 0 && one.getValue() >= all * percentile / 100) {
                return one.getKey() * MILLIS_PER_SECOND;
            }
        }
        return -1;
    }

    private static boolean matches(String series, String name, String... labels) {
        if (!series.equals(name) && !series.startsWith(name + "{")) {
            return false;
        }
        for (String label : labels) {
            if (!series.contains(label)) {
                return false;
            }
        }
        return true;
    }
}

package dev.studybuddy.bench.relays;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot draws bar charts of the drain rates and, for each offered rate, of the lags' p50 and p99. All scales are
 * logarithmic.
 */
final class Plot {

    private static final int WIDTH = 900;
    private static final int LEFT = 260;
    private static final int ROW = 22;
    private static final int BAR = 14;
    private static final int TOP = 30;
    private static final int VALUE_ROOM = 90;
    private static final String MEDIAN = "#4e79a7";
    private static final String TAIL = "#f28e2b";

    private final List<Result> results;
    private final StringBuilder body = new StringBuilder();
    private int y = TOP;

    Plot(List<Result> results) {
        this.results = results;
    }

    /** Returns the charts as SVG. */
    String svg() {
        bars("Backlog drained, events per second (logarithmic)", medians("drain"), false);
        bars("Hot keys, events per second (logarithmic)", medians("hot keys"), false);
        for (double rate :
                lags().stream().mapToDouble(Result::offeredPerSecond).distinct().toArray()) {
            List<Result> lags = lags().stream()
                    .filter(each -> each.offeredPerSecond() == rate)
                    .toList();
            bars(
                    String.format(
                            Locale.ROOT, "Lag at %.0f events per second offered, ms: p50 and p99 (logarithmic)", rate),
                    lags,
                    true);
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, y, body);
    }

    private List<Result> lags() {
        return results.stream().filter(each -> each.scenario().equals("lag")).toList();
    }

    private List<Result> medians(String scenario) {
        return Rounds.of(results, scenario).stream().map(Rounds::median).toList();
    }

    private void bars(String title, List<Result> rows, boolean lag) {
        if (rows.isEmpty()) {
            return;
        }
        text(10, y, title, "font-weight=\"bold\"");
        y += ROW;
        List<Double> values = new ArrayList<>();
        rows.forEach(
                row -> values.addAll(lag ? List.of(row.lagP50(), row.lagP99()) : List.of(row.publishedPerSecond())));
        double least = values.stream().mapToDouble(Plot::atLeastMinimum).min().orElse(1) / 2;
        double most = values.stream().mapToDouble(Plot::atLeastMinimum).max().orElse(1);
        for (Result row : rows) {
            text(10, y + BAR - 2, row.title() + (row.wakeUps() ? ", with wake-ups" : ""), "");
            if (lag) {
                bar(row.lagP99(), least, most, TAIL, "%.1f / %.1f".formatted(row.lagP50(), row.lagP99()));
                bar(row.lagP50(), least, most, MEDIAN, "");
            } else {
                bar(row.publishedPerSecond(), least, most, MEDIAN, "%.0f".formatted(row.publishedPerSecond()));
            }
            y += ROW;
        }
        y += ROW;
    }

    private void bar(double value, double least, double most, String colour, String label) {
        double share = Math.log(atLeastMinimum(value) / least) / Math.max(1e-9, Math.log(most / least));
        double length = Math.max(1, share * (WIDTH - LEFT - VALUE_ROOM));
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                LEFT,
                y,
                length,
                BAR,
                colour));
        if (!label.isEmpty()) {
            text((int) (LEFT + length + 4), y + BAR - 2, label, "");
        }
    }

    private static double atLeastMinimum(double value) {
        return Math.max(0.1, value);
    }

    private void text(int x, int baseline, String words, String style) {
        body.append("<text x=\"%d\" y=\"%d\" %s>%s</text>%n"
                .formatted(x, baseline, style, words.replace("&", "&amp;").replace("<", "&lt;")));
    }
}

package dev.studybuddy.bench.projector;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A plot draws bar charts of the drain rates, the lags' p50 and p99, and the rebuild durations. */
final class Plot {

    private static final int WIDTH = 900;
    private static final int LEFT = 270;
    private static final int ROW = 22;
    private static final int BAR = 14;
    private static final int TOP = 30;
    private static final int VALUE_ROOM = 100;
    private static final String FIRST = "#4e79a7";
    private static final String SECOND = "#f28e2b";

    private final List<Result> results;
    private final StringBuilder body = new StringBuilder();
    private int y = TOP;

    Plot(List<Result> results) {
        this.results = results;
    }

    /** Returns the charts as SVG. */
    String svg() {
        List<Result> drains = of("drain");
        bars("Backlog drained, events per second", drains, Result::title, each -> each.figure("events/s"), "%.0f", FIRST);
        List<Result> lags = of("lag");
        bars("Lag, median, ms", lags, Plot::offered, each -> each.figure("p50 ms"), "%.1f", FIRST);
        bars("Lag, p99, ms", lags, Plot::offered, each -> each.figure("p99 ms"), "%.1f", SECOND);
        bars(
                "Rebuild, seconds",
                of("rebuild"),
                each -> each.events() + " events",
                each -> each.figure("seconds"),
                "%.2f",
                FIRST);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, y, body);
    }

    private static String offered(Result lag) {
        return String.format(Locale.ROOT, "%.0f events/s offered", lag.figure("offered/s"));
    }

    private List<Result> of(String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }

    private void bars(
            String title,
            List<Result> rows,
            java.util.function.Function<Result, String> name,
            ToDoubleFunction<Result> value,
            String format,
            String colour) {
        if (rows.isEmpty()) {
            return;
        }
        text(10, y, title, "font-weight=\"bold\"");
        y += ROW;
        double most = rows.stream().mapToDouble(value).max().orElse(1);
        for (Result row : rows) {
            double length = Math.max(1, value.applyAsDouble(row) / most * (WIDTH - LEFT - VALUE_ROOM));
            text(10, y + BAR - 2, name.apply(row), "");
            body.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    LEFT,
                    y,
                    length,
                    BAR,
                    colour));
            text(
                    (int) (LEFT + length + 4),
                    y + BAR - 2,
                    String.format(Locale.ROOT, format, value.applyAsDouble(row)),
                    "");
            y += ROW;
        }
        y += ROW;
    }

    private void text(int x, int baseline, String words, String style) {
        body.append("<text x=\"%d\" y=\"%d\" %s>%s</text>%n"
                .formatted(x, baseline, style, words.replace("&", "&amp;").replace("<", "&lt;")));
    }
}

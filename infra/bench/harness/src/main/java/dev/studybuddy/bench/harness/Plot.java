package dev.studybuddy.bench.harness;

import java.util.List;
import java.util.Locale;

/** A plot draws horizontal bar charts one below the other, as SVG. */
public final class Plot {

    private static final int WIDTH = 900;
    private static final int TITLE_LEFT = 10;
    private static final int ROW_HEIGHT = 22;
    private static final int BAR_HEIGHT = 14;
    private static final int TOP = 30;
    private static final int LABEL_GAP = 4;
    private static final double MIN_LOGARITHMIC_VALUE = 0.1;

    private final int titleWidth;
    private final int labelWidth;
    private final StringBuilder body = new StringBuilder();
    private int y = TOP;

    /**
     * Creates an empty plot.
     *
     * @param titleWidth width of the rows' titles in pixels
     * @param labelWidth width to the right of the longest bar in pixels, for its label
     */
    public Plot(int titleWidth, int labelWidth) {
        this.titleWidth = titleWidth;
        this.labelWidth = labelWidth;
    }

    /** This enum lists the colours of bars. */
    public enum Colour {
        BLUE("#4e79a7"),
        ORANGE("#f28e2b");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    /** A scale determines the length of a bar from its value. */
    public enum Scale {
        LINEAR,
        /** A bar without length would stand for half of the least value. Values below 0.1 are drawn as 0.1. */
        LOGARITHMIC
    }

    /** A bar shows a value, and the label at its end may be empty. */
    public record Bar(double value, Colour colour, String label) {}

    /** A row of a chart has bars that start at one point; each bar covers those before it. */
    public record Row(String title, List<Bar> bars) {

        public Row {
            bars = List.copyOf(bars);
        }
    }

    /** Adds a chart below those before it. A chart without rows is left out. */
    public void add(String title, Scale scale, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text(TITLE_LEFT, y, title, "font-weight=\"bold\"");
        y += ROW_HEIGHT;
        List<Bar> bars = rows.stream().flatMap(row -> row.bars().stream()).toList();
        double least = bars.stream().mapToDouble(Bar::value).min().orElse(1);
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        for (Row row : rows) {
            text(TITLE_LEFT, y + BAR_HEIGHT - 2, row.title(), "");
            for (Bar bar : row.bars()) {
                double share = scale == Scale.LINEAR ? bar.value() / most : logarithmicShare(bar.value(), least, most);
                draw(bar, Math.max(1, share * (WIDTH - titleWidth - labelWidth)));
            }
            y += ROW_HEIGHT;
        }
        y += ROW_HEIGHT;
    }

    /** Returns the charts as SVG. */
    public String svg() {
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """, WIDTH, y, body);
    }

    private static double logarithmicShare(double value, double least, double most) {
        double shortest = clamp(least) / 2;
        return Math.log(clamp(value) / shortest) / Math.max(1e-9, Math.log(clamp(most) / shortest));
    }

    private static double clamp(double value) {
        return Math.max(MIN_LOGARITHMIC_VALUE, value);
    }

    private void draw(Bar bar, double length) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                titleWidth,
                y,
                length,
                BAR_HEIGHT,
                bar.colour().code));
        if (!bar.label().isEmpty()) {
            text((int) (titleWidth + length + LABEL_GAP), y + BAR_HEIGHT - 2, bar.label(), "");
        }
    }

    private void text(int x, int baseline, String words, String style) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" %s>%s</text>%n",
                x,
                baseline,
                style,
                words.replace("&", "&amp;").replace("<", "&lt;")));
    }
}

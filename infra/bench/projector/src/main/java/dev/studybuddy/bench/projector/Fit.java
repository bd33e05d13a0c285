package dev.studybuddy.bench.projector;

import java.util.List;

/**
 * A straight line through points, by least squares.
 *
 * @param constant where it meets the axis
 * @param slope by unit
 * @param determination R²: 1 where all points lie on it
 */
record Fit(double constant, double slope, double determination) {

    /** A point. */
    record Point(double x, double y) {}

    /** The line through two points or more. */
    static Fit through(List<Point> points) {
        double meanX = points.stream().mapToDouble(Point::x).average().orElse(0);
        double meanY = points.stream().mapToDouble(Point::y).average().orElse(0);
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (Point each : points) {
            xx += (each.x() - meanX) * (each.x() - meanX);
            xy += (each.x() - meanX) * (each.y() - meanY);
            yy += (each.y() - meanY) * (each.y() - meanY);
        }
        double slope = xx == 0 ? 0 : xy / xx;
        double explained = xx == 0 || yy == 0 ? 1 : xy * xy / (xx * yy);
        return new Fit(meanY - slope * meanX, slope, explained);
    }

    double at(double x) {
        return constant + slope * x;
    }
}

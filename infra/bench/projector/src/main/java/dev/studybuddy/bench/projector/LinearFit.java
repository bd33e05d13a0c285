package dev.studybuddy.bench.projector;

import java.util.List;

/**
 * This record holds the straight line that fits points by least squares.
 *
 * @param constant value at 0
 * @param slope growth per unit
 * @param determination coefficient of determination R²; 1 if all points lie on the line
 */
record LinearFit(double constant, double slope, double determination) {

    /** This record holds a point that the line fits. */
    record Point(double x, double y) {}

    /** Returns the line that fits two or more points. */
    static LinearFit through(List<Point> points) {
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
        return new LinearFit(meanY - slope * meanX, slope, explained);
    }

    double at(double x) {
        return constant + slope * x;
    }
}

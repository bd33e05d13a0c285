/**
 * Shows the lag and the throughput of the last statuses, as charts and as a table. At the default interval of two
 * seconds, the charts show 30 minutes.
 */
import { showLegend, TimeChart } from './charts.js';
import { byId } from './page.js';
import { syncRows } from './tables.js';
import { duration, number, rate, time } from './texts.js';

const MAX_POINTS = 900;
const MAX_ROWS = 30;

/** The page defines colours and dashes for this many series, so a chart has no more series. */
const MAX_SERIES = 4;

const LAGS = ['Lag', 'Age of the oldest record beyond the committed offset'];

const points = [];
let lagChart;
let throughputChart;
let labels = [];

export function start() {
  lagChart = new TimeChart(byId('chart-lag'));
  throughputChart = new TimeChart(byId('chart-throughput'));
  showLegend(byId('legend-lag'), LAGS);
  byId('trend-values').addEventListener('toggle', showTable);
}

/** Removes all points. */
export function clear() {
  points.length = 0;
  lagChart.clear();
  throughputChart.clear();
}

export function show({ at: sampledAt, health, throughput }) {
  const at = new Date(sampledAt).getTime();
  // A new stream begins with the newest sample, which the former stream may have sent already.
  if (points.some((point) => point.at === at)) {
    return;
  }
  points.push({
    at,
    lag: health.sync.syncLagSeconds,
    oldestSeconds: health.sync.consumerLag?.seconds ?? null,
    records: health.sync.consumerLag?.records ?? null,
    published: throughput.publishedPerSecond,
    applied: throughput.appliedPerSecond,
  });
  if (points.length > MAX_POINTS) {
    points.shift();
  }
  showCharts();
  showTable();
}

function showCharts() {
  const times = points.map((point) => point.at / 1000);
  const last = points[points.length - 1];
  lagChart.update(
    LAGS,
    [times, points.map((point) => point.lag), points.map((point) => point.oldestSeconds)],
    `This chart shows the lag over time. The lag is ${duration(last.lag)}.` +
      ` The oldest record beyond the committed offset is ${duration(last.oldestSeconds)} old.`,
  );
  const models = [...new Set(points.flatMap((point) => Object.keys(point.applied)))].sort().slice(0, MAX_SERIES - 1);
  const names = ['Published', ...models.map((model) => `Applied to ${model}`)];
  if (names.join('\n') !== labels.join('\n')) {
    labels = names;
    showLegend(byId('legend-throughput'), names);
  }
  throughputChart.update(
    names,
    [
      times,
      points.map((point) => point.published),
      ...models.map((model) => points.map((point) => point.applied[model] ?? null)),
    ],
    `This chart shows the throughput over time. Publishers published ${rate(last.published)},` +
      ` and projectors applied ${appliedText(last)}.`,
  );
}

const appliedText = (point) =>
  Object.entries(point.applied)
    .map(([model, value]) => `${model} ${rate(value)}`)
    .join(', ') || 'unknown';

/** Fills the table only while it is open, because its rows change with each status. */
function showTable() {
  if (byId('trend-values').open) {
    const newest = points.slice(-MAX_ROWS).reverse();
    syncRows(byId('trend-table'), newest, {
      key: (point) => point.at,
      cells: (point) => [
        time(point.at),
        duration(point.lag),
        duration(point.oldestSeconds),
        number(point.records),
        rate(point.published),
        appliedText(point),
      ],
    });
  }
}

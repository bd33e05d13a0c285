/** Draws charts with uPlot, in the colours of the page, and describes each in words for a screen reader. */
import uPlot from './uplot/uPlot.esm.js';
import { element } from './page.js';
import { time } from './texts.js';

const HEIGHT = 200;
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]];

/** The axis of a bar chart names every n-th bar, where n is the smallest of these steps that leaves enough space. */
const BAR_STEPS = [1, 2, 5, 10, 20, 50, 100];

const dark = window.matchMedia('(prefers-color-scheme: dark)');

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const axis = (extra) => ({
  stroke: colour('--text'),
  grid: { stroke: colour('--line'), width: 1 },
  ticks: { stroke: colour('--line'), width: 1 },
  font: '12px system-ui, sans-serif',
  ...extra,
});

/** A chart fills the width of its host, and is drawn again if the colours or the series change. */
class Chart {
  #host;
  #plot = null;
  #labels = [];
  #data = [];

  constructor(host) {
    this.#host = host;
    dark.addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#resize()).observe(host);
  }

  /**
   * Shows data.
   *
   * @param labels the names of the series
   * @param data the positions, followed by the values of each series
   * @param description the sentence that describes the picture to a screen reader
   */
  update(labels, data, description) {
    this.#host.setAttribute('role', 'img');
    this.#host.setAttribute('aria-label', description);
    this.#data = data;
    if (this.#plot === null || labels.join('\n') !== this.#labels.join('\n')) {
      this.#labels = labels;
      this.#draw();
    } else {
      this.#plot.setData(data);
    }
  }

  /** Removes the data, and what the chart shows of it. */
  clear() {
    this.#host.removeAttribute('role');
    this.#host.removeAttribute('aria-label');
    this.#labels = [];
    this.#data = [];
    this.#draw();
  }

  #draw() {
    this.#plot?.destroy();
    this.#plot = null;
    if (this.#labels.length > 0 && this.#width() > 0) {
      this.#plot = new uPlot(this.#options(), this.#data, this.#host);
    }
  }

  #width() {
    return Math.floor(this.#host.clientWidth);
  }

  #resize() {
    if (this.#plot === null) {
      this.#draw();
    } else if (this.#width() > 0 && this.#width() !== this.#plot.width) {
      this.#plot.setSize({ width: this.#width(), height: HEIGHT });
    }
  }

  #options() {
    return {
      width: this.#width(),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (plot, low, high) => [0, Math.max(1, high * 1.1)] } },
      ...this.shape(),
      series: [{}, ...this.#labels.map((label, at) => ({ label, ...this.line(at) }))],
    };
  }
}

/** Draws values over time. */
export class TimeChart extends Chart {
  shape() {
    const times = (plot, splits) => {
      const length = splits[splits.length - 1] - splits[0] < 240 ? 8 : 5;
      return splits.map((seconds) => time(seconds * 1000).slice(0, length));
    };
    return { axes: [axis({ values: times, space: 70 }), axis({ size: 56 })] };
  }

  line(at) {
    return { stroke: colour(`--series-${at + 1}`), width: 2, dash: DASHES[at % DASHES.length], points: { show: false } };
  }
}

/** Draws one bar for each name, and labels the bars with the names. */
export class BarChart extends Chart {
  #names = [];

  /** Shows one value for each name. */
  bars(label, names, values, description) {
    this.#names = names;
    this.update([label], [names.map((name, at) => at), values], description);
  }

  shape() {
    const names = (plot, splits) => splits.map((at) => this.#names[at] ?? '');
    const range = () => [-0.6, this.#names.length - 0.4];
    return {
      scales: { x: { time: false, range }, y: { range: (plot, low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [axis({ values: names, space: 50, incrs: BAR_STEPS, grid: { show: false } }), axis({ size: 56 })],
    };
  }

  line() {
    return {
      stroke: colour('--series-1'),
      fill: colour('--series-1'),
      paths: uPlot.paths.bars({ size: [0.6, 60] }),
      points: { show: false },
    };
  }
}

/** Writes the names of the series next to samples of their lines. */
export function showLegend(host, labels) {
  host.replaceChildren(
    ...labels.map((label, at) => element('span', { class: `series series-${at + 1}` }, label)),
  );
}

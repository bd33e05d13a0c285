/** Shows the leaderboard of a period as a chart and a table. */
import { call } from './api.js';
import { BarChart } from './charts.js';
import { loadInto } from './messages.js';
import { byId, showEmpty } from './page.js';
import { syncRows } from './tables.js';
import { count, number } from './texts.js';

const ENTRIES = 10;

let chart;

export function start() {
  chart = new BarChart(byId('chart-leaderboard'));
  byId('leaderboard-period').addEventListener('change', load);
  byId('leaderboard').querySelector('[data-action=refresh]').onclick = load;
}

/** Removes the data that only the chart holds. */
export const clear = () => chart.clear();

export const load = () => loadInto(byId('leaderboard'), loadEntries);

async function loadEntries(isLatest) {
  const query = { period: byId('leaderboard-period').value, limit: ENTRIES };
  const { period, entries } = await call('GET', 'api/users/leaderboard', { query });
  if (!isLatest()) {
    return;
  }
  syncRows(byId('leaderboard-table'), entries, {
    key: (entry) => entry.userId,
    cells: (entry) => [
      entry.name,
      `${entry.rankExact ? '' : 'about '}${entry.rank}`,
      number(entry.points),
      number(entry.studyMinutes),
      number(entry.todosCompleted),
      count(entry.streak, 'day'),
    ],
  });
  showEmpty(byId('leaderboard'), entries.length === 0);
  byId('chart-leaderboard').hidden = entries.length === 0;
  if (entries.length > 0) {
    const [first] = entries;
    chart.bars(
      'Points',
      entries.map((entry) => `#${entry.rank}`),
      entries.map((entry) => entry.points),
      `This chart shows the points of the first ${count(entries.length, 'user')} in the period ${period}.` +
        ` ${first.name} leads with ${count(first.points, 'point')}.`,
    );
  }
}

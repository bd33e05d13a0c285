/** Shows the analytics of one user as a chart and a table. */
import { call } from './api.js';
import { BarChart } from './charts.js';
import { loadInto } from './messages.js';
import { byId, setText } from './page.js';
import { syncRows } from './tables.js';
import { count, number } from './texts.js';

let chart;

export function start() {
  chart = new BarChart(byId('chart-analytics'));
  byId('analytics-form').addEventListener('submit', (event) => {
    event.preventDefault();
    load();
  });
}

/** Removes the data that only the chart holds. */
export const clear = () => chart.clear();

export const load = () => loadInto(byId('analytics'), loadDays);

async function loadDays(isLatest) {
  const query = { days: byId('analytics-days').value, userId: byId('analytics-user').value.trim() };
  const { from, to, days, totals, streak } = await call('GET', 'api/reports/analytics', { query });
  if (!isLatest()) {
    return;
  }
  const texts = [count(totals.points, 'point'), count(totals.studyMinutes, 'study minute'), count(totals.sessions, 'session')];
  const sentence =
    `From ${from} to ${to}, the user has ${texts.join(', ')} and ${count(totals.todosCompleted, 'completed todo')}.` +
    ` The streak is ${count(streak, 'day')}.`;
  setText(byId('analytics-totals'), sentence);
  syncRows(byId('analytics-table'), [...days].reverse(), {
    key: (day) => day.date,
    cells: (day) => [
      day.date,
      number(day.studyMinutes),
      number(day.sessions),
      number(day.todosCompleted),
      number(day.questionsCompleted),
    ],
  });
  byId('chart-analytics').hidden = false;
  byId('analytics-table').parentElement.hidden = false;
  chart.bars(
    'Study minutes',
    days.map((day) => day.date.slice(5)),
    days.map((day) => day.studyMinutes),
    `This chart shows the study minutes of each day. ${sentence}`,
  );
}

/**
 * `npm run measure`: drives the release build in a real browser and prints each figure beside its bound; ends with code 1 if one
 * is not met. `--json` prints the figures as JSON, `--only text` measures those whose name contains the text, `--dist folder`
 * takes a build that is there instead of making one.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build.mjs';
import { fail, root } from './lib/process.mjs';
import { bundle, firstPaint, firstStep, offline, otherEngines } from './measure/loading.mjs';
import { openStage } from './measure/stage.mjs';
import { digits, inputResponse, longTasks, memory, plays, spiral, stories } from './measure/training.mjs';

/** Each value must not exceed `most`, or must reach `least`. */
const figures = [
  { name: 'Page usable after', unit: 's', most: 1.5, measure: firstPaint },
  { name: 'First step after Run, 2-D tasks', unit: 's', most: 1, measure: firstStep },
  { name: 'Scripts of the page, gzip', unit: 'kB', most: 320, measure: bundle },
  { name: 'Scripts of engines not used', unit: '', most: 0, measure: otherEngines },
  { name: 'Reloads and trains offline', unit: '', least: 1, measure: offline },
  { name: 'Spiral, default MLP: 95 % after', unit: 's', most: 20, measure: spiral },
  { name: 'Long tasks, flat out', unit: '% of windows', most: 5, measure: longTasks },
  { name: 'Input response, flat out', unit: 'ms', most: 100, measure: inputResponse },
  { name: 'Memory gained, step 10,000 to 100,000', unit: 'MB', most: 3, measure: memory },
  { name: 'Digits, small CNN: 95 % after', unit: 's', most: 180, measure: digits },
  { name: 'Stories, default GPT: 2.0 nats after', unit: 's', most: 180, measure: stories },
  // It begins at 5.46; ten times as long ends at 3.45, where it is best: three fifths of the way.
  { name: 'Plays, pretrained GPT: loss after 2 min', unit: 'nats', most: 4.25, measure: plays },
];

const holds = ({ most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }, value) => value <= most && value >= least;

function line({ name, unit, bound, value, ok, note }) {
  const shown = `${Number.isInteger(value) ? value : value.toFixed(2)} ${unit}`.trim();
  return `${ok ? 'ok    ' : 'NOT OK'}  ${name.padEnd(40)} ${shown.padStart(18)}  ${bound.padEnd(8)} ${note ?? ''}\n`;
}

async function measureAll(chosen, folder, report) {
  const stage = await openStage(folder);
  const results = [];
  try {
    for (const { measure, ...figure } of chosen) {
      const { value, note } = await measure(stage, folder).catch((error) => ({ value: Number.NaN, note: error.message.split('\n')[0] }));
      const bound = figure.most === undefined ? `≥ ${figure.least}` : `≤ ${figure.most}`;
      const result = { name: figure.name, unit: figure.unit, bound, value, ok: holds(figure, value), note };
      results.push(result);
      report(result);
    }
  } finally {
    await stage.close();
  }
  return results;
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' }, dist: { type: 'string' } } });
  const folder = values.dist ?? `${root}/dist`;
  if (values.dist === undefined) await buildApp({ output: 'stderr' });
  const chosen = figures.filter(({ name }) => name.toLowerCase().includes((values.only ?? '').toLowerCase()));
  if (chosen.length === 0) throw new Error(`No figure has "${values.only}" in its name.`);
  const load = () => loadavg().map((value) => value.toFixed(1)).join(' '); // prettier-ignore
  const before = load();
  const results = await measureAll(chosen, folder, values.json ? () => undefined : (result) => process.stdout.write(line(result)));
  const loads = { before, after: load() };
  process.stdout.write(values.json ? `${JSON.stringify({ load: loads, figures: results }, undefined, 2)}\n` : `Load average before: ${loads.before}; after: ${loads.after}\n`); // prettier-ignore
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
} catch (error) {
  fail(error);
}

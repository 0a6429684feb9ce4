/**
 * `npm run parity`: exports runs and holds PyTorch's curve against the product's, one row each. `--only text` takes the rows whose name holds
 * the text; `--record` writes what `npm test` compares with (`src/codegen/parity.recorded.json`) and the table of `src/codegen/README.md`, of the
 * rows that were run; `--sweep N [--seed S]` runs the `--check` of N random valid runs instead, a third of them with live changes.
 *
 * Bounds: PyTorch's own float32 and float64 at most 1e-5 apart; the product at most 10 times that + 1e-6 from float64; with the defaults of text,
 * where the two part further, the product at most 1e-3 from float32 as well; on the recorded
 * problem 1e-12 (PyTorch keeps a running factor of NAdam and ASGD in its default type, which is double there); single steps from the product's weights 1e-5; two processes against one 1e-5.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { exportCase, exportLink, fingerprints, modelFingerprint, recordedExports, stateExports } from '../../src/testing/parity-exports.ts';
import { sampleExports } from '../../src/testing/parity-samples.ts';
import { parityCases } from '../../src/testing/parity-cases.ts';
import { sweepLinks } from '../../src/testing/parity-sweep.ts';
import { scenarioScripts } from '../../src/testing/scenario-scripts.ts';
import { fail, root } from '../lib/process.mjs';
import { checkedCurve, compileError, findPython, runFolders } from './python.mjs';

const work = `${root}/.cache/parity`;
const recording = `${root}/src/codegen/parity.recorded.json`;
/** Why six rows of the grid are short. */
const lbfgsNote = `The six rows of L-BFGS in the grid run 6 steps, not 200. Clipped gradients make the curvature that it sees a nonsense, which blows rounding up:
single and double precision part by a tenth within three steps. The threshold there clips the first gradient only. Its single steps are below.`;
/** Why one row has another bound. */
const defaultsNote = `The row of a GPT at the defaults of text: PyTorch's own float32 and float64 part there by more than 1e-3 within 100 steps, so that nothing in
float32 can be nearer to float64 than that. It is held to 10 × gap + 1e-6 against float64 like all others, and to 1e-3 against PyTorch's float32.`;
const readme = `${root}/src/codegen/README.md`;
const mostGap = 1e-5;
/** Where all is as the table has it, against PyTorch's float32. */
const mostFromSingle = 1e-3;
/** Two best logits that are nearer may change places by rounding. */
const leastGap = 1e-3;
/** Logits of a model that was taken away. */
const mostLogit = 1e-4;
/** Every fifth loss is kept, and the last. */
const kept = (losses) =>
  losses.filter((_, step) => step % 5 === 0 || step === losses.length - 1).map((loss) => Number(loss.toPrecision(12)));

const flags = process.argv.slice(2);
const only = flags.includes('--only') ? flags[flags.indexOf('--only') + 1] : '';
const rows = [];
const numberAfter = (flag, absent) => (flags.includes(flag) ? Number(flags[flags.indexOf(flag) + 1]) : absent);

function row(name, passed, words) {
  rows.push({ name, passed, words });
  process.stdout.write(`${passed ? '✓' : '✗'} ${name.padEnd(60)} ${words}\n`);
}

function write(index, files) {
  const folder = `${work}/${index}`;
  // Nothing of another export may lie there.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(`${folder}/${name}`, bytes);
  return folder;
}

const shown = (value) => value.toExponential(1);

const defaults = new Set(parityCases().flatMap(({ name, asDefault }) => (asDefault ? [name] : [])));

function judgeCurve(name, { error, gap, difference, fromSingle, rates, metrics, same, evaluations, steps, loss }) {
  if (error) return row(name, false, error);
  const near = difference <= 10 * gap + 1e-6;
  const held = defaults.has(name) ? fromSingle <= mostFromSingle : gap <= mostGap && metrics <= 1e-4;
  const passed = same && evaluations[0] === evaluations[1] && rates <= 1e-9 && near && held;
  const span = `loss ${loss[0].toPrecision(4)} → ${loss.at(-1).toPrecision(4)}`;
  const single = defaults.has(name) ? `  from float32 ${shown(fromSingle)}` : '';
  const wrong = passed ? '' : `  rates ${rates} evaluations ${evaluations} metrics ${metrics}`;
  row(name, passed, `${steps} steps  gap ${shown(gap)}  difference ${shown(difference)}${single}  ${span}${wrong}`);
}

/** Runs groups of exports in one process of Python. */
async function inPython(command, exports, judge) {
  const folders = exports.map(([, files], index) => write(index, files));
  const outcomes = [];
  await runFolders(command, folders, (index, outcome) => {
    outcomes.push(outcome);
    judge(exports[index][0], outcome);
  });
  return outcomes;
}

async function curves(command) {
  const exports = [];
  for (const item of parityCases().filter(({ name }) => name.includes(only))) exports.push([item.name, await exportCase(item)]);
  const outcomes = await inPython(command, exports, judgeCurve);
  return exports.map(([name, files], index) => ({ name, files, ...outcomes[index] }));
}

async function references(command) {
  const exports = recordedExports().map(([name, files]) => [`recorded: ${name}`, files]);
  await inPython(
    command,
    exports.filter(([name]) => name.includes(only)),
    (name, { error, difference, steps }) =>
      row(name, !error && difference <= 1e-12, error ?? `${steps} steps  difference ${shown(difference)}`),
  );
}

async function singles(command) {
  if (!'single steps'.includes(only) && only !== '') return;
  const exports = (await stateExports()).map(([name, files]) => [`single steps: ${name}`, files]);
  await inPython(command, exports, (name, { error, difference, steps }) =>
    row(name, !error && difference <= 1e-5, error ?? `${steps} steps  difference ${shown(difference)}`),
  );
}

/** Batch normalisation needs one mean for all processes, which PyTorch has on GPUs only. */
async function refusedProcesses(command) {
  const item = parityCases().find(({ name }) => name === 'more: batch norm');
  const name = 'torchrun: batch norm, two processes';
  if (!item || !name.includes(only)) return;
  const folder = write('torchrun', await exportCase(item));
  const { status, stderr } = checkedCurve(command, folder, `${folder}/2.json`, 2);
  const refused = status !== 0 && stderr.includes('nn.SyncBatchNorm, which PyTorch has on GPUs only');
  row(name, refused, refused ? 'refused on CPUs: nn.SyncBatchNorm needs GPUs' : `not refused: ${stderr}`);
}

/** Cases that are run by two processes as well. */
const twice = ['loss: bce balanced', 'more: accumulation with dropout', 'language: GPT, dropout, accumulation, max-norm'];

async function processes(command) {
  for (const item of parityCases().filter(({ name }) => twice.includes(name))) {
    const name = `torchrun: ${item.name.replace(/^.*: /, '')}, two processes`;
    if (!name.includes(only)) continue;
    const folder = write('torchrun', await exportCase(item));
    const [one, two] = [1, 2].map((count) => {
      const log = `${folder}/${count}.json`;
      const { status, stderr } = checkedCurve(command, folder, log, count);
      return status === 0 ? JSON.parse(readFileSync(log, 'utf8')) : { error: stderr };
    });
    if (one.error || two.error) row(name, false, one.error ?? two.error);
    else {
      const error = Math.max(...one.loss.slice(0, 100).map((loss, step) => Math.abs(loss - two.loss[step]) / Math.abs(loss)));
      row(name, error <= 1e-5, `100 steps  difference ${shown(error)}`);
    }
  }
}

/** `--sample` at temperature 0 from the product's weights, and the tokens that a script makes of texts; the same of the model as it is taken away. */
async function samples(command) {
  const asked = (await sampleExports()).map((item) => ({ ...item, title: `sample: ${item.name}` }));
  const chosen = asked.filter(({ title }) => title.includes(only));
  const exports = chosen.map(({ title, files }) => [title, files]);
  const outcomes = await inPython(command, exports, (title, { error, text, tokens, taken, logits, apart }) => {
    const item = chosen.find((other) => other.title === title);
    const away = Math.max(...item.logits.map((logit, i) => Math.abs(logit - logits?.[i])));
    const same =
      text === item.text &&
      taken === item.text &&
      away <= mostLogit &&
      apart <= mostLogit &&
      JSON.stringify(tokens) === JSON.stringify(item.tokens);
    const ids = item.tokens.length > 0 ? `${item.tokens.flat().length} tokens of ${item.tokens.length} texts` : 'no texts';
    row(
      title,
      !error && same && item.gap > leastGap,
      error ??
        `${[...item.text].length} characters at temperature 0  ${ids}  least gap ${shown(item.gap)}  logits of model.py within ${shown(away)}`,
    );
  });
  return chosen.map(({ name, files }, index) => ({
    name,
    ...fingerprints(files),
    model: modelFingerprint(files),
    text: outcomes[index].text,
  }));
}

/** Random runs by their own check; one that the export refuses by name is no failure. */
async function sweep(command, count, seed) {
  const exports = [];
  const refused = new Map();
  for (const link of sweepLinks(count, seed)) {
    const { files, problems } = await exportLink(link);
    if (files) exports.push([link, { ...files, 'link.txt': Buffer.from(link) }]);
    else for (const problem of problems) refused.set(problem, (refused.get(problem) ?? 0) + 1);
  }
  for (const [problem, times] of refused) process.stdout.write(`refused ${String(times)} times: ${problem}\n`);
  await inPython(command, exports, (link, { error, code, said = [] }) => row(link, code === 0, error ?? said.join(' · ')));
}

async function compiled(command) {
  const scripts = await scenarioScripts();
  const folder = `${work}/scenarios`;
  mkdirSync(folder, { recursive: true });
  scripts.forEach(({ script }, index) => writeFileSync(`${folder}/s${index}.py`, script));
  const wrong = compileError(command, folder);
  row('every parameter at two values is Python', wrong === undefined, wrong ?? `${scripts.length} scripts`);
}

/** What was kept of rows that did not run now, those that ran, in the order of the cases; `other`: names beside the cases. */
function merged(before, now, other = []) {
  const all = new Map([...before, ...now]);
  return [...parityCases().map(({ name }) => name), ...other].flatMap((name) => all.get(name) ?? []);
}

/** JSON with one case a line, so that two recordings can be merged. */
function recordingText({ cases, samples, ...rest }) {
  const lines = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  return `${JSON.stringify(rest).slice(0, -1)},\n"cases":${lines(cases)},\n"samples":${lines(samples)}}\n`;
}

function record(version, outcomes, texts) {
  const fresh = outcomes.map(({ name, files, steps, gap, difference, loss }) => ({
    name,
    ...fingerprints(files),
    steps,
    gap: Number(gap.toPrecision(3)),
    difference: Number(difference.toPrecision(3)),
    loss: kept(loss),
  }));
  const named = (items) => items.map((item) => [item.name, item]);
  const before = JSON.parse(readFileSync(recording, 'utf8'));
  const cases = merged(only === '' ? [] : named(before.cases), named(fresh));
  const samples = [...new Map([...(only === '' ? [] : named(before.samples)), ...named(texts)]).values()];
  writeFileSync(recording, recordingText({ command: 'npm run parity -- --record', torch: version, cases, samples }));
  const [prose, oldTable = ''] = readFileSync(readme, 'utf8').split('\n<!-- table -->\n');
  const old = oldTable.matchAll(/^\| ([^|]+) \|.*(?:agrees|DIFFERS) \|$/gm);
  const lines = rows.map(({ name, passed, words }) => [
    name,
    `| ${name} | ${words.replace(/ {2}/g, ' · ')} | ${passed ? 'agrees' : 'DIFFERS'} |`,
  ]);
  const unasked = only === '' ? [] : [...old].map(([line, name]) => [name, line]);
  const isCase = new Set(parityCases().map(({ name }) => name));
  const other = [...new Set([...unasked, ...lines].map(([name]) => name))].filter((name) => !isCase.has(name));
  const table = merged(unasked, lines, other);
  const text = prose.trimEnd();
  const head = `\n\n<!-- table -->\nMade by \`npm run parity -- --record\` under PyTorch ${version}.\n\n${lbfgsNote}\n\n${defaultsNote}\n\n| run | outcome | |\n|---|---|---|\n`;
  writeFileSync(readme, `${text}${head}${table.join('\n')}\n`);
}

/** All rows of the table; returns what the runs of the cases came to, and the texts that PyTorch wrote. */
async function table(command) {
  const outcomes = await curves(command);
  await references(command);
  await singles(command);
  await processes(command);
  await refusedProcesses(command);
  const texts = await samples(command);
  if (only === '') await compiled(command);
  return { outcomes, texts };
}

try {
  const { command, version } = findPython();
  process.stdout.write(`PyTorch ${version}\n`);
  rmSync(work, { recursive: true, force: true });
  const sweeps = numberAfter('--sweep', 0);
  if (sweeps > 0) await sweep(command, sweeps, numberAfter('--seed', 1));
  const { outcomes, texts } = sweeps > 0 ? { outcomes: [], texts: [] } : await table(command);
  const failed = rows.filter(({ passed }) => !passed).length;
  process.stdout.write(`\n${rows.length - failed} agree, ${failed} differ\n`);
  if (flags.includes('--record') && sweeps === 0 && failed === 0) record(version, outcomes, texts);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  fail(error);
}

/** Runs the stages of a check, all of them even if one fails, and sums up what passed. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.mjs';

/** Counts of a Vitest report. A test that is skipped is a test that did not pass. */
export function countVitest(report) {
  const failedFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numTotalTests - report.numPassedTests + failedFiles };
}

/** Counts of a Playwright report, by the same rule. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped + report.errors.length };
}

function counted(stage, code) {
  if (stage.report === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const { passed, failed } = stage.count(JSON.parse(readFileSync(join(root, stage.report), 'utf8')));
  const silent = code !== 0 && failed === 0;
  return { passed, failed: silent || passed + failed === 0 ? failed + 1 : failed };
}

const print = (text) => process.stdout.write(text);

async function outcome(stage, output) {
  if (stage.report !== undefined) rmSync(join(root, stage.report), { force: true });
  try {
    return counted(stage, await stage.run(output));
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}

async function timed(stage, output) {
  const started = performance.now();
  const counts = await outcome(stage, output);
  return { name: stage.name, seconds: (performance.now() - started) / 1000, ...counts };
}

/** Two stages at a time, one per core of a small machine; each says what it has to say when it is done. */
async function runPaired(stages) {
  const waiting = [...stages];
  const results = new Map();
  const lane = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      let said = '';
      const result = await timed(stage, (text) => (said += text));
      print(`\n── ${stage.name}\n${said}`);
      results.set(stage, result);
    }
  };
  await Promise.all([lane(), lane()]);
  return stages.map((stage) => results.get(stage));
}

function summarize(results) {
  print('\n');
  for (const { name, seconds, passed, failed } of results) {
    const counts = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`;
    print(`${failed === 0 ? '✓' : '✗'} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s   ${counts}\n`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  print(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0;
}

/**
 * Runs `paired` two at a time and then `single` one after the other. A stage is `{ name, run, report?, count?, needs? }`: `run` takes an
 * output and resolves with an exit code, `report` and `count` say how many tests there were (without them the stage is one), and a stage
 * whose `needs` failed fails with it. Resolves with true if all passed.
 */
export async function runStages({ paired = [], single = [] }) {
  const results = await runPaired(paired);
  for (const stage of single) {
    print(`\n── ${stage.name}\n`);
    const blocked = results.some((result) => result.name === stage.needs && result.failed > 0);
    if (blocked) print(`Not run, because "${stage.needs}" failed.\n`);
    results.push(blocked ? { name: stage.name, seconds: 0, passed: 0, failed: 1 } : await timed(stage, 'inherit'));
  }
  return summarize(results);
}

/** Runs the stages of a check one after the other, all of them even if one fails, and sums up what passed. */
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

async function runStage(stage) {
  if (stage.report !== undefined) rmSync(join(root, stage.report), { force: true });
  try {
    return counted(stage, await stage.run());
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Runs `stages`, each `{ name, run, report?, count?, needs? }`: `run` resolves with an exit code, `report` and `count` say how many
 * tests there were (without them the stage is one), and a stage whose `needs` failed fails with it. Resolves with true if all passed.
 */
export async function runStages(stages) {
  const results = [];
  for (const stage of stages) {
    process.stdout.write(`\n── ${stage.name}\n`);
    const started = performance.now();
    const blocked = results.some((result) => result.name === stage.needs && result.failed > 0);
    if (blocked) process.stdout.write(`Not run, because "${stage.needs}" failed.\n`);
    const counts = blocked ? { passed: 0, failed: 1 } : await runStage(stage);
    results.push({ name: stage.name, seconds: (performance.now() - started) / 1000, ...counts });
  }
  process.stdout.write('\n');
  for (const { name, seconds, passed, failed } of results) {
    const outcome = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`;
    process.stdout.write(`${failed === 0 ? '✓' : '✗'} ${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s   ${outcome}\n`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0;
}

/**
 * `npm test`: everything. `--check` leaves out the browser (`npm run check`), `--browser` runs only what needs one (`npm run e2e`);
 * other arguments go to Playwright.
 */
import { buildApp, buildData, buildKernels, buildTestPages } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fail, run, runTool, root } from './lib/process.mjs';
import { countPlaywright, countVitest, runStages } from './lib/stages.mjs';

const vitestReport = '.cache/vitest.json';
const playwrightReport = '.cache/playwright.json';
const folders = ['src', 'e2e', 'bench', 'scripts'];

const tool = (name, path, args) => ({ name, run: (output) => runTool(path, args, { output }) });

/** The slow ones first, so that the quick ones fill the second core. */
const staticStages = [
  tool('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
  tool('types', 'typescript/bin/tsc', ['--build']),
  tool('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  tool('dead code', 'knip/bin/knip.js', ['--no-progress']),
  tool('import rules', 'dependency-cruiser/bin/dependency-cruise.mjs', [...folders, '--config', '.dependency-cruiser.cjs']),
];

const unitTests = {
  name: 'unit tests',
  run: () => runTool('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]),
  report: vitestReport,
  count: countVitest,
};

const succeed = (action) => async () => {
  await action();
  return 0;
};

const browserStages = (args) => [
  { name: 'release build', run: succeed(buildApp) },
  { name: 'bundle size', run: () => run(process.execPath, [`${root}/scripts/size.mjs`]), needs: 'release build' },
  { name: 'test pages', run: succeed(buildTestPages) },
  {
    name: 'browser tests',
    run: async () => {
      const { findBrowser } = await import('./lib/browser.mjs');
      const browser = await findBrowser();
      process.stdout.write(`Browser: ${browser}\n`);
      return runTool('@playwright/test/cli.js', ['test', ...args], { env: { CHROME_PATH: browser } });
    },
    report: playwrightReport,
    count: countPlaywright,
    needs: 'release build',
  },
];

try {
  const flags = process.argv.slice(2);
  const rest = flags.filter((flag) => flag !== '--check' && flag !== '--browser');
  await ensureDependencies();
  await buildData();
  await buildKernels();
  const paired = flags.includes('--browser') ? [] : staticStages;
  const single = [...(flags.includes('--browser') ? [] : [unitTests]), ...(flags.includes('--check') ? [] : browserStages(rest))];
  process.exitCode = (await runStages({ paired, single })) ? 0 : 1;
} catch (error) {
  fail(error);
}

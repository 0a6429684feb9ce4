/** The steps between sources and a release: the data assets and the kernels, then the bundle. */
import { run, runTool, root } from './process.mjs';

/** Makes public/data from the packages that carry the data; quick when nothing has changed. */
export async function buildData({ output = 'inherit' } = {}) {
  const code = await run(process.execPath, [`${root}/scripts/build-data.mjs`], { output });
  if (code !== 0) throw new Error(`Building the data sets failed (code ${code}).`);
}

/** Makes src/engine/wasm/built from the kernels' sources; quick when nothing has changed. */
export async function buildKernels({ output = 'inherit' } = {}) {
  const code = await run(process.execPath, [`${root}/scripts/build-kernels.mjs`], { output });
  if (code !== 0) throw new Error(`Building the kernels failed (code ${code}).`);
}

/** Builds the release into dist/. Data and kernels must be there. */
export async function buildApp({ output = 'inherit' } = {}) {
  const code = await runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { output });
  if (code !== 0) throw new Error(`"vite build" failed (code ${code}).`);
}

/** Builds the pages in e2e/pages, which only tests open, into .cache/test-pages. */
export async function buildTestPages({ output = 'inherit' } = {}) {
  const code = await runTool('vite/bin/vite.js', ['build', '--config', 'vite.test-pages.config.ts', '--logLevel', 'warn'], { output });
  if (code !== 0) throw new Error(`Building the test pages failed (code ${code}).`);
}

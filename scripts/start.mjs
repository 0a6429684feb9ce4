/** `npm start`: brings the dependencies, builds the data and the release, serves it and prints its address. */
import { buildApp, buildData, buildKernels } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fail, root } from './lib/process.mjs';

try {
  await ensureDependencies();
  const { checkPort, parsePort, serve } = await import('./lib/serve.mjs');
  const port = parsePort(process.env.PORT, 4173);
  await checkPort(port);
  await buildData();
  await buildKernels();
  await buildApp();
  const { url } = await serve({ folder: `${root}/dist`, port });
  process.stdout.write(`\nTuning Fork is at ${url}  (Ctrl+C ends it)\n`);
} catch (error) {
  fail(error);
}

/** Serves one folder for tests: `node scripts/serve.mjs <folder> <port> [--plain]`; `--plain` leaves out COOP and COEP. */
import { fail } from './lib/process.mjs';
import { serve } from './lib/serve.mjs';

const [folder, port, ...flags] = process.argv.slice(2);
try {
  const { url } = await serve({ folder, port: Number(port), host: '127.0.0.1', isolated: !flags.includes('--plain') });
  process.stdout.write(`${url}\n`);
} catch (error) {
  fail(error);
}

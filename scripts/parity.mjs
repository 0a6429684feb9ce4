/** `npm run parity` (see `parity/table.mjs`), with the tests' tiny pretrained model in the place of the one that comes with the app: no row depends on that. */
import { register } from 'node:module';

register('./parity/tiny-model-hook.mjs', import.meta.url);
// Only now: what is imported asks for the model at once.
await import('./parity/table.mjs');

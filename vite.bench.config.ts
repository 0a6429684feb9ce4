/** Builds the page of `npm run bench` the way the release is built. It never reaches dist/. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('bench/browser', import.meta.url)),
  base: './',
  publicDir: fileURLToPath(new URL('public', import.meta.url)),
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    outDir: fileURLToPath(new URL('.cache/bench', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  worker: { format: 'es' },
});

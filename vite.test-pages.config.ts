/** Builds the pages in e2e/pages, which only tests open, the way the release is built. They never reach dist/. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const pages = fileURLToPath(new URL('e2e/pages', import.meta.url));
const names = readdirSync(pages).filter((name) => name.endsWith('.html'));

export default defineConfig({
  root: pages,
  base: './',
  publicDir: fileURLToPath(new URL('public', import.meta.url)),
  build: {
    target: 'es2022',
    minify: false,
    outDir: fileURLToPath(new URL('.cache/test-pages', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: { checks: { bundlerTimings: false }, input: names.map((name) => `${pages}/${name}`) },
  },
  worker: { format: 'es' },
});

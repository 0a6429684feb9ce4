/** The release build: one page, its worker, the data, and the service worker that keeps them for use offline. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { headersFile } from './scripts/lib/headers.mjs';

/** Writes the response headers in the form that static hosts read, from the values that our own server sends. */
function hostHeaders(): Plugin {
  return {
    name: 'host-headers',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}

const megabyte = 1024 * 1024;

export default defineConfig({
  // Relative addresses, so that the folder can be hosted anywhere.
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: ['index.html', 'reference.html'], checks: { bundlerTimings: false } },
  },
  worker: { format: 'es' },
  server: { port: 5173 },
  plugins: [
    react(),
    hostHeaders(),
    VitePWA({
      // A new version waits until every tab is closed: a run is never changed while it is watched.
      registerType: 'prompt',
      // A file of its own, because the policy allows no inline script.
      injectRegister: 'script-defer',
      includeAssets: [],
      manifest: {
        name: 'Tuning Fork',
        short_name: 'Tuning Fork',
        description: 'A playground for the ten parameters that decide how a neural network trains.',
        lang: 'en-GB',
        id: './',
        start_url: './',
        scope: './',
        display: 'standalone',
        theme_color: '#0b6b72',
        background_color: '#f5f5f1',
        icons: [
          { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,woff2,bin,wasm,json,txt}'],
        // Scripts that the page never writes in, and what is kept when it is first used.
        globIgnores: ['**/inter-{cyrillic,vietnamese,greek-ext}*', 'data/texts/**', 'models/**'],
        // Texts and models are megabytes that few visits need: each is kept once it has been read, and then there offline too.
        runtimeCaching: [
          { urlPattern: /\/data\/texts\//, handler: 'NetworkFirst', options: { cacheName: 'texts' } },
          { urlPattern: /\/models\/card\.json$/, handler: 'NetworkFirst', options: { cacheName: 'models' } },
          // A file's name holds its fingerprint: another model is another file. The newest is enough.
          {
            urlPattern: /\/models\/.+\.safetensors$/,
            handler: 'CacheFirst',
            options: { cacheName: 'models', cacheableResponse: { statuses: [200] } },
          },
        ],
        maximumFileSizeToCacheInBytes: 30 * megabyte,
        // The first visit is served from the cache too, once it is filled: what is loaded later is then there offline.
        clientsClaim: true,
        cleanupOutdatedCaches: true,
        // Names with a hash need no second one.
        dontCacheBustURLsMatching: /assets\//,
      },
    }),
  ],
});

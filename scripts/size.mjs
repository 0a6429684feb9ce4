/**
 * `npm run size`: what dist/ weighs. The main bundle, everything the page must load before it can draw, has a limit; the rest is listed.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fail, root } from './lib/process.mjs';

const limit = 320;
const dist = join(root, 'dist');

/** The scripts that `entry` imports statically, itself included, as paths. */
function staticImports(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8');
  for (const [, path] of code.matchAll(/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) {
    staticImports(join(dirname(entry), path), seen);
  }
  return seen;
}

const kilobytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length / 1000;
const line = (name, size) => process.stdout.write(`${size.toFixed(1).padStart(9)} kB  ${name}\n`);

try {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const entries = [...html.matchAll(/<script[^>]+type="module"[^>]+src="([^"]+)"/g)].map(([, path]) => join(dist, path));
  if (entries.length === 0) throw new Error('dist/index.html loads no module; has the build changed?');
  const main = new Set(entries.flatMap((entry) => [...staticImports(entry)]));
  const assets = readdirSync(join(dist, 'assets')).map((name) => join(dist, 'assets', name));
  for (const path of assets.filter((asset) => !main.has(asset))) line(path.slice(dist.length + 1), kilobytes(path));
  for (const path of main) line(`${path.slice(dist.length + 1)} (main)`, kilobytes(path));
  const total = [...main].reduce((sum, path) => sum + kilobytes(path), 0);
  line(`main bundle, gzip; limit ${limit} kB`, total);
  if (total > limit) throw new Error(`The main bundle is ${(total - limit).toFixed(1)} kB over its limit.`);
} catch (error) {
  fail(error);
}

/** How soon the page can be used, how soon it trains, and what it loads for that. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { measuredIn, press, quantile, waitUntil } from './stage.mjs';

const planes = ['circle', 'xor', 'gauss', 'spiral', 'moons', 'blobs', 'surface'];
const repeats = 5;

/** Seconds from navigation until Run can be pressed; nothing is cached, the browser is warm. */
export async function firstPaint({ open }) {
  await open('', async () => undefined);
  const times = [];
  for (let i = 0; i < repeats; i++) times.push(await open('', async (page) => (await measuredIn(page)).usable / 1000));
  return { value: quantile(times, 0.5), note: `median of ${repeats}; worst ${Math.max(...times).toFixed(2)} s` };
}

/** Seconds from pressing Run, as soon as it can be pressed, until the status says that a step was made. */
export async function firstStep({ open }) {
  const times = [];
  for (const task of planes) {
    const seconds = await open(`#task=${task}`, async (page) => {
      await press(page, 'Run');
      await waitUntil(page, () => globalThis.measured.firstStep !== undefined, 30);
      const { pressed, firstStep: at } = await measuredIn(page);
      return (at - pressed) / 1000;
    });
    times.push({ task, seconds });
  }
  const worst = times.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const middle = quantile(times.map(({ seconds }) => seconds), 0.5); // prettier-ignore
  return { value: worst.seconds, note: `worst of ${planes.length} tasks (${worst.task}); median ${middle.toFixed(2)} s` };
}

const scriptsOf = (urls) => [...new Set(urls)].map((url) => new URL(url).pathname.slice(1)).filter((path) => path.endsWith('.js'));

/** Kilobytes, compressed, of all scripts that the page has loaded when it can be used and has trained for a moment. */
export async function bundle({ open }, folder) {
  const paths = await trained(open, async (page) => {
    const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    return scriptsOf(urls).filter((path) => !path.includes('worker-'));
  });
  const size = paths.reduce((sum, path) => sum + gzipSync(readFileSync(`${folder}/${path}`), { level: 9 }).length / 1000, 0);
  return { value: size, note: `${paths.length} scripts, those loaded after the first paint included` };
}

/** Which scripts belong to engines, by the engine's name on the badge: chunks by name, and what holds tfjs, whose engines share a core, by its words. */
const engineScripts = {
  WASM: (name) => name.startsWith('open-'),
  CPU: (name, text) => name.startsWith('cpu-') || isTfjs(text),
  WebGL: (name, text) => name.startsWith('webgl-') || isTfjs(text),
  WebGPU: (name, text) => name.startsWith('webgpu-') || isTfjs(text),
};
const isTfjs = (text) => text.includes('registerBackend');

/** How many scripts of engines other than the one on the badge are loaded once it trains. */
export async function otherEngines({ open }, folder) {
  const { paths, engine } = await trained(open, async (page, { requests }) => ({
    paths: scriptsOf(requests),
    engine: /^[^·]*/.exec((await page.getByRole('button', { name: /^Engine: / }).innerText()).trim())?.[0].trim(),
  }));
  if (!paths.some((path) => path.includes('worker-'))) throw new Error('No request of the worker was seen.');
  const isOwn = engineScripts[engine];
  if (isOwn === undefined) throw new Error(`The badge names an engine that is not known here: “${engine}”.`);
  const files = paths.map((path) => ({ name: path.split('/').at(-1), text: readFileSync(`${folder}/${path}`, 'utf8') }));
  const isEngines = ({ name, text }) => Object.values(engineScripts).some((belongs) => belongs(name, text));
  const own = files.filter(({ name, text }) => isOwn(name, text));
  if (own.length === 0) throw new Error(`No script of ${engine} was loaded: the names here are out of date.`);
  const others = files.filter((file) => isEngines(file) && !own.includes(file));
  const names = (some) => some.map(({ name }) => name).join(' ');
  return { value: others.length, note: `${engine}: ${names(others.length > 0 ? others : own)}` };
}

function trained(open, use) {
  return open('#task=spiral', async (page, more) => {
    await press(page, 'Run');
    if (!(await waitUntil(page, () => globalThis.measured.step > 0, 30))) throw new Error('It did not train.');
    return use(page, more);
  });
}

/** 1 if the page reloads and trains without a network after one visit. */
export async function offline({ open }) {
  return open(
    '',
    async (page, { context }) => {
      await page.evaluate(async () => globalThis.navigator.serviceWorker.ready);
      await context.setOffline(true);
      await page.reload();
      await waitUntil(page, () => globalThis.measured.usable !== undefined, 30);
      await press(page, 'Run');
      return { value: (await waitUntil(page, () => globalThis.measured.step > 0, 30)) ? 1 : 0 };
    },
    { serviceWorkers: 'allow' },
  );
}

/**
 * Compiles the kernels of the wasm engine from AssemblyScript into `src/engine/wasm/built/`: `simd.wasm`, and `relaxed.wasm` for browsers
 * that have relaxed SIMD, from the same source; each once more for memory that threads share.
 *
 *   node scripts/build-kernels.mjs
 *
 * Does nothing when `stamp` already names these sources, this script and this compiler. The compiler's optimizer stays off, because it
 * undoes what is unrolled by hand; functions and constants whose comment says @inline are marked for inlining on the way in, so that the sources
 * need no decorators, which no formatter reads.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const scriptPath = fileURLToPath(import.meta.url);
const root = dirname(dirname(scriptPath));
const sourceFolder = join(root, 'src', 'engine', 'wasm');
const builtFolder = join(sourceFolder, 'built');

const threads = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
const relaxed = ['--enable', 'relaxed-simd'];

/** Files: what they are made from, and how. */
const builds = {
  'simd.wasm': { entry: 'index.ts', options: [] },
  'relaxed.wasm': { entry: 'index.ts', options: relaxed },
  'simd-threads.wasm': { entry: 'threaded.ts', options: threads },
  'relaxed-threads.wasm': { entry: 'threaded.ts', options: [...relaxed, ...threads] },
};

const inlineMark = /(\/\*\*(?:[^*]|\*(?!\/))*@inline(?:[^*]|\*(?!\/))*\*\/\n)((?:export )?(?:function|const) )/g;

function sources() {
  const folder = join(sourceFolder, 'kernels');
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** The stamp of what would be made now. */
function makeStamp() {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8'));
  const hash = createHash('sha256').update(version);
  for (const path of [scriptPath, ...sources()]) hash.update(readFileSync(path));
  return hash.digest('hex');
}

function isUpToDate(stamp) {
  try {
    return readFileSync(join(builtFolder, 'stamp'), 'utf8') === stamp;
  } catch {
    // Nothing built yet.
    return false;
  }
}

function readSource(name, folder) {
  try {
    return readFileSync(resolve(folder, name), 'utf8').replaceAll(inlineMark, '$1@inline $2');
  } catch {
    // The compiler asks for names that may not exist.
    return null;
  }
}

async function compile({ entry, options }) {
  const { main } = await import('assemblyscript/asc');
  let binary;
  const args = ['--enable', 'simd', '--runtime', 'stub', '--noAssert', '--importMemory', '--debug', '-o', 'kernels.wasm'];
  const { error, stderr } = await main([`src/engine/wasm/kernels/${entry}`, ...args, ...options], {
    readFile: (name, folder) => readSource(name, resolve(root, folder)),
    writeFile: (_name, contents) => {
      binary = contents;
    },
  });
  if (error !== null) throw new Error(`The kernels do not compile.\n${stderr.toString()}`);
  return binary;
}

/** Writes beside the target and renames, so that no reader ever sees half a file. */
function writeWhole(path, content) {
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

/** Compiles the kernels if need be; answers whether it had to. */
export async function buildKernels() {
  const stamp = makeStamp();
  if (isUpToDate(stamp)) return false;
  mkdirSync(builtFolder, { recursive: true });
  for (const [name, build] of Object.entries(builds)) writeWhole(join(builtFolder, name), await compile(build));
  writeWhole(join(builtFolder, 'stamp'), stamp);
  return true;
}

if (process.argv[1] === scriptPath) {
  const made = await buildKernels();
  if (made) console.log('Kernels written to src/engine/wasm/built.');
}

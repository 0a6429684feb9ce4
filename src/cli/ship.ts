/**
 * `npm run ship -- --folder runs/long --pilot runs/short`: a pretraining run as the model that comes with the app. Writes its file in half precision,
 * its card, and what the parameter table must know of it; takes away the model before. Exit code 1 for a run that cannot be shipped, with the reason.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { readAsset } from './read-asset.ts';
import { checkpointIn, linesIn } from './run-folder.ts';
import { pilotIn, twinIn } from './run-lines.ts';
import { shipped } from './shipping.ts';

const usage = 'npm run -s ship -- --folder folder [--pilot folder …] [--twin output of the exported train.py] [--name name]';
const models = new URL('../../public/models/', import.meta.url);
const table = new URL('../params/shipped-model.ts', import.meta.url);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      pilot: { type: 'string', multiple: true },
      twin: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { folder, pilot = [], twin, name = 'prose', help = false } = values;
  if (help) process.stdout.write(`${usage}\n`);
  if (help) return 0;
  if (folder === undefined) throw new Error(`folder: say which folder holds the run. Usage: ${usage}`);
  const lines = (path: string): string => readFileSync(linesIn(path), 'utf8');
  const pilots = pilot.map((path) => pilotIn(lines(path)));
  const { facts, bytes, card, source } = await shipped({
    checkpoint: readFileSync(checkpointIn(folder)),
    lines: lines(folder),
    pilots,
    ...(twin === undefined ? {} : { twin: twinIn(readFileSync(twin, 'utf8')) }),
    name,
    read: readAsset,
  });
  mkdirSync(models, { recursive: true });
  for (const file of readdirSync(models)) if (file.endsWith('.safetensors')) rmSync(new URL(file, models));
  writeFileSync(new URL(facts.file, models), bytes);
  writeFileSync(new URL('card.json', models), `${JSON.stringify(card, undefined, 2)}\n`);
  writeFileSync(table, source);
  process.stderr.write(`${facts.file}: ${String(facts.bytes)} bytes, validation loss ${card.validationLoss.toFixed(4)} as shipped.\n`);
  process.stderr.write(`Written to ${fileURLToPath(models)} and ${fileURLToPath(table)}.\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

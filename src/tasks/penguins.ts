/**
 * Penguins of the Palmer Archipelago: species from four measurements. A row that lacks any value, sex and island included, is left out and
 * counted: these 333 complete rows are the set that others report results on.
 */
import { permutation, stream } from '../shared/random.ts';
import { DamagedAsset } from './digits-file.ts';
import type { Examples } from './examples.ts';

/** Commonest first, like the classes of all tasks. */
export const penguinSpecies: readonly string[] = ['Adelie', 'Gentoo', 'Chinstrap'];
const measurements = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
/** Names of the inputs, with units. */
export const penguinColumns: readonly string[] = ['beak length (mm)', 'beak depth (mm)', 'flipper length (mm)', 'body mass (g)'];

interface PenguinTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

function isTable(value: unknown): value is PenguinTable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'columns' in value &&
    Array.isArray(value.columns) &&
    'rows' in value &&
    Array.isArray(value.rows) &&
    value.rows.every(Array.isArray)
  );
}

function parse(text: string): PenguinTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DamagedAsset('The penguins file is not readable as JSON.');
  }
  if (!isTable(value)) throw new DamagedAsset('The penguins file is not a table of columns and rows.');
  return value;
}

/** The complete rows as measurements and species index, and how many rows were left out. */
export function decodePenguins(text: string): Examples & { readonly droppedRows: number } {
  const table = parse(text);
  const at = (name: string): number => {
    const column = table.columns.indexOf(name);
    if (column < 0) throw new DamagedAsset(`The penguins file has no column "${name}".`);
    return column;
  };
  const species = at('Species');
  const inputColumns = measurements.map(at);
  const complete = table.rows.filter((row) => table.columns.every((_, i) => row[i] !== null && row[i] !== undefined && row[i] !== '.'));
  const inputs = new Float32Array(complete.flatMap((row) => inputColumns.map((column) => Number(row[column]))));
  const targets = Float32Array.from(complete, (row) => penguinSpecies.indexOf(String(row[species])));
  if (!inputs.every(Number.isFinite)) throw new DamagedAsset('The penguins file has a measurement that is not a number.');
  if (targets.includes(-1)) throw new DamagedAsset('The penguins file names a species that is not known.');
  if (complete.length < 3) throw new DamagedAsset('The penguins file has too few complete rows.');
  return { count: complete.length, inputs, targets, droppedRows: table.rows.length - complete.length };
}

/** At most `total` penguins, chosen by `seed`, in the proportions of nature. */
export function penguinExamples(all: Examples, options: { readonly total: number; readonly seed: number }): Examples {
  const width = penguinColumns.length;
  const chosen = permutation(all.count, options.seed, stream.split, 1).slice(0, options.total);
  const inputs = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => inputs.set(all.inputs.subarray(row * width, (row + 1) * width), i * width));
  return { count: chosen.length, inputs, targets: Float32Array.from(chosen, (row) => all.targets[row]!) };
}

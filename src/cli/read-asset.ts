/** Reads a file of the data folder, made by the build, in Node. */
import { readFile } from 'node:fs/promises';

const dataFolder = new URL('../../public/data/', import.meta.url);

/** Rejects with words that say which command makes the file. */
export async function readAsset(name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(new URL(name, dataFolder)));
  } catch {
    throw new Error(`the data file ${name} is missing; "npm start" or "npm test" makes it`);
  }
}

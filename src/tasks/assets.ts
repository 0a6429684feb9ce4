/** Which files of `public/data/` a task needs, and how to get them through whatever reads files here: fetch in a worker, fs in Node. */
import type { DataConfig } from './data-config.ts';

/** Contents of the files, as far as the task needs them. */
export interface Assets {
  readonly digits?: Uint8Array;
  /** JSON text. */
  readonly penguins?: string;
}

/** Names of the needed files inside the data folder. */
export function assetsFor(config: Pick<DataConfig, 'task' | 'pixels'>): readonly string[] {
  if (config.task === 'digits') return [`digits-${config.pixels}.bin`];
  return config.task === 'penguins' ? ['penguins.json'] : [];
}

/** Reads what the task needs; `read` takes a file name and rejects if it cannot be had. */
export async function loadAssets(
  config: Pick<DataConfig, 'task' | 'pixels'>,
  read: (name: string) => Promise<Uint8Array>,
): Promise<Assets> {
  const [name] = assetsFor(config);
  if (name === undefined) return {};
  const bytes = await read(name);
  return config.task === 'digits' ? { digits: bytes } : { penguins: asciiText(bytes) };
}

/** The build script writes ASCII only; `TextDecoder` is no part of the language. */
function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** A fingerprint of a whole safetensors file in its own metadata, so that a file that has been damaged anywhere is noticed. */
import { fingerprint } from './hash.ts';
import type { SafetensorsFile } from './safetensors.ts';

const key = 'seal';

/** The file with its seal. */
export function sealed(file: SafetensorsFile): SafetensorsFile {
  return { ...file, metadata: { ...file.metadata, [key]: sealOf(file) } };
}

/** Whether the file is as it was when it was sealed; false for one that never was. */
export function isAsSealed(file: SafetensorsFile): boolean {
  return file.metadata[key] === sealOf(file);
}

function sealOf({ tensors, metadata }: SafetensorsFile): string {
  const names = Object.keys(tensors).sort();
  const texts = Object.entries(metadata).filter(([name]) => name !== key).sort(([a], [b]) => (a < b ? -1 : 1)); // prettier-ignore
  const words = JSON.stringify([names.map((name) => [name, tensors[name]?.shape]), texts]);
  const letters = Uint32Array.from({ length: words.length }, (_, i) => words.charCodeAt(i));
  return fingerprint([letters, ...names.flatMap((name) => tensors[name]?.values ?? [])]);
}

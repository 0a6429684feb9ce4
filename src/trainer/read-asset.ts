/** Reads a file of the data folder next to the page; in the browser only. */

// The worker's script lies in `assets/` of the build, the data beside that folder; in development both hang off the root.
const dataFolder = new URL(self.location.pathname.includes('/assets/') ? '../data/' : '/data/', self.location.href);

/** The bytes of a data file; `progress` hears how many have come. Rejects with words for the page. */
export async function readAsset(name: string, progress?: (loaded: number) => void): Promise<Uint8Array> {
  const response = await fetch(new URL(name, dataFolder)).catch(() => undefined);
  if (!response?.ok) throw new Error(`the data file ${name} could not be loaded${response ? ` (status ${String(response.status)})` : ''}`);
  return progress && response.body ? readPieces(response.body, progress) : new Uint8Array(await response.arrayBuffer());
}

async function readPieces(body: ReadableStream<Uint8Array>, progress: (loaded: number) => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  const reader = body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    loaded += piece.value.length;
    progress(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** Reads a file of the data folder next to the page; in the browser only. */

// The worker's script lies in `assets/` of the build, the data beside that folder; in development both hang off the root.
const dataFolder = new URL(self.location.pathname.includes('/assets/') ? '../data/' : '/data/', self.location.href);

/** The bytes of a data file. Rejects with words for the page. */
export async function readAsset(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(name, dataFolder)).catch(() => undefined);
  if (!response?.ok) throw new Error(`the data file ${name} could not be loaded${response ? ` (status ${String(response.status)})` : ''}`);
  return new Uint8Array(await response.arrayBuffer());
}

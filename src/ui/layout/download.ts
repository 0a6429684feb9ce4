/** Hands bytes to the browser as a file to keep. */

/** Starts the download. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the bytes over by then; kept longer, they would stay in memory with the page.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

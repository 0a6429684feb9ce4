/** Shows, as JSON, what a module worker of this browser offers to executors; the smoke test reads it before others rely on it. */

const worker = new Worker(new URL('./abilities-worker.ts', import.meta.url), { type: 'module' });
worker.addEventListener('message', (event: MessageEvent<unknown>) => {
  const output = document.querySelector('#abilities');
  if (output) output.textContent = JSON.stringify(event.data);
});

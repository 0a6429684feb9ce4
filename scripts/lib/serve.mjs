/** A static server for the release and for tests: files of one folder, with the headers of `headers.mjs` on every response. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import sirv from 'sirv';
import { cacheControl, securityHeaders } from './headers.mjs';

function portProblem(error, port) {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} is taken by another program. Choose one: PORT=${port + 1} npm start`);
  if (error.code === 'EACCES')
    return new Error(`Port ${port} needs more rights than this user has. Choose one above 1023: PORT=4173 npm start`);
  return error;
}

/** Reads a port number from text such as the PORT variable; throws if it is none. */
export function parsePort(text, fallback) {
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT must be a whole number from 0 to 65535, not "${text}".`);
  return port;
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, port)));
    server.listen(port, host, resolve);
  });
}

/** Throws now if `port` cannot be opened, rather than after a build. */
export async function checkPort(port) {
  const probe = createServer();
  await listen(probe, port);
  await new Promise((resolve) => probe.close(resolve));
}

/**
 * Serves `folder` on `port` (0: any free one) of `host`, or of all local addresses if none is given.
 * `isolated: false` leaves out COOP and COEP. Resolves with the address and a function that closes the server.
 */
export async function serve({ folder, port, host, isolated = true }) {
  if (!existsSync(`${folder}/index.html`)) throw new Error(`There is nothing to serve in ${folder}; build first.`);
  const setHeaders = (response, path) => response.setHeader('Cache-Control', cacheControl(path));
  const files = sirv(folder, { etag: true, setHeaders });
  const headers = securityHeaders({ isolated });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    files(request, response, () => response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n'));
  });
  await listen(server, port, host);
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${server.address().port}/`, close };
}

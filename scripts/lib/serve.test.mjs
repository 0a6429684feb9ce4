/** The server over real sockets: headers on every answer, isolation switched, ports explained. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headersFile, securityHeaders } from './headers.mjs';
import { parsePort, serve } from './serve.mjs';

let folder;
let server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tuning-fork-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'a-1234.js'), '1;');
  server = await serve({ folder, port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('serve', () => {
  it('sends every security header with pages, scripts and misses alike', async () => {
    for (const path of ['', 'assets/a-1234.js', 'missing']) {
      const response = await fetch(server.url + path);
      for (const [name, value] of Object.entries(securityHeaders())) expect(response.headers.get(name), `${path} ${name}`).toBe(value);
    }
  });
  it('keeps hashed files for ever and asks again for others', async () => {
    expect((await fetch(`${server.url}assets/a-1234.js`)).headers.get('cache-control')).toContain('immutable');
    expect((await fetch(server.url)).headers.get('cache-control')).toBe('no-cache');
  });
  it('can leave out isolation, and only that', async () => {
    const plain = await serve({ folder, port: 0, host: '127.0.0.1', isolated: false });
    const { headers } = await fetch(plain.url);
    await plain.close();
    expect(headers.get('cross-origin-embedder-policy')).toBeNull();
    expect(headers.get('cross-origin-opener-policy')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
  it('explains a busy port and a folder with nothing in it', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serve({ folder, port, host: '127.0.0.1' })).rejects.toThrow(`Port ${port} is taken`);
    await expect(serve({ folder: `${folder}/none`, port: 0 })).rejects.toThrow('nothing to serve');
  });
});

describe('parsePort', () => {
  it('takes a port, a fallback, and nothing else', () => {
    expect(parsePort(undefined, 4173)).toBe(4173);
    expect(parsePort('8080', 4173)).toBe(8080);
    for (const text of ['x', '-1', '65536', '1.5']) expect(() => parsePort(text, 4173)).toThrow('PORT');
  });
});

describe('headersFile', () => {
  it('names each header under the pattern for all paths', () => {
    for (const [name, value] of Object.entries(securityHeaders())) expect(headersFile()).toContain(`\n  ${name}: ${value}\n`);
    expect(headersFile().startsWith('/*\n')).toBe(true);
  });
});

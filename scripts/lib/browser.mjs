/**
 * Finds a Chromium for the tests: CHROME_PATH, an installed one, Playwright's own, else Debian's package.
 * The tests never run without one, so the last answer is an error that says what to install.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** WebGPU on the software adapter, and none of the browser's own traffic. */
export const launchArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-quic',
  '--disable-component-update',
  '--no-first-run',
];

const advice = [
  'No Chrome or Chromium was found, and the browser tests cannot run without one. Do one of these, then run the tests again:',
  '  · install Google Chrome or Chromium (Debian: apt-get install chromium);',
  '  · npx playwright install --with-deps chromium;',
  '  · set CHROME_PATH to the executable of one that is elsewhere.',
].join('\n');

function usualPlaces(platform, env) {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Google Chrome Canary'].map((name) => `Applications/${name}.app/Contents/MacOS/${name}`);
    return apps.flatMap((app) => [`/${app}`, join(env.HOME ?? '', app)]);
  }
  if (platform === 'win32') {
    const bases = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((base) => base !== undefined);
    return bases.flatMap((base) => [join(base, 'Google/Chrome/Application/chrome.exe'), join(base, 'Chromium/Application/chrome.exe')]);
  }
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];
  return names.flatMap((name) => folders.filter((folder) => folder !== '').map((folder) => join(folder, name)));
}

/** The path of an installed browser, without Playwright's own; undefined if there is none. Throws if CHROME_PATH names no file. */
export function installedBrowser({ platform = process.platform, env = process.env, exists = existsSync } = {}) {
  if (env.CHROME_PATH) {
    if (exists(env.CHROME_PATH)) return env.CHROME_PATH;
    throw new Error(`CHROME_PATH is ${env.CHROME_PATH}, but there is no such file.`);
  }
  return usualPlaces(platform, env).find((path) => exists(path));
}

async function playwrightBrowser() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

function installOnDebian() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return;
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return;
  const apt = (...args) => {
    const command = asRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args];
    return spawnSync(command[0], command.slice(1), { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status;
  };
  process.stderr.write('No browser found; installing Debian’s chromium…\n');
  if (apt('update') === 0) apt('install', '-y', '--no-install-recommends', 'chromium');
}

/** The path of a Chromium to test with. Throws, with what to install, if none can be had. */
export async function findBrowser() {
  const found = installedBrowser() ?? (await playwrightBrowser());
  if (found) return found;
  installOnDebian();
  const installed = installedBrowser();
  if (installed) return installed;
  throw new Error(advice);
}

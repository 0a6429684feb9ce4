/** Where a browser is looked for, on each system, without touching the disk. */
import { describe, expect, it } from 'vitest';
import { installedBrowser } from './browser.mjs';

const find = (platform, env, files) => installedBrowser({ platform, env, exists: (path) => files.includes(path.replaceAll('\\', '/')) });

describe('installedBrowser', () => {
  it('prefers CHROME_PATH and refuses one that is not there', () => {
    expect(find('linux', { CHROME_PATH: '/x/chrome', PATH: '/usr/bin' }, ['/x/chrome', '/usr/bin/chromium'])).toBe('/x/chrome');
    expect(() => find('linux', { CHROME_PATH: '/x/chrome' }, ['/usr/bin/chromium'])).toThrow('/x/chrome');
  });
  it('finds Chrome before Chromium on Linux, on the path or in the usual folders', () => {
    expect(find('linux', { PATH: '/home/me/bin' }, ['/home/me/bin/chromium', '/usr/bin/google-chrome'])).toBe('/usr/bin/google-chrome');
    expect(find('linux', { PATH: '' }, ['/snap/bin/chromium'])).toBe('/snap/bin/chromium');
  });
  it('finds Chrome on macOS and Windows', () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(find('darwin', { HOME: '/Users/me' }, [mac])).toBe(mac);
    const windows = 'C:/Program Files/Google/Chrome/Application/chrome.exe';
    expect(find('win32', { PROGRAMFILES: 'C:/Program Files' }, [windows])?.replaceAll('\\', '/')).toBe(windows);
  });
  it('says nothing when there is none', () => {
    expect(find('linux', { PATH: '/usr/bin' }, [])).toBeUndefined();
  });
});

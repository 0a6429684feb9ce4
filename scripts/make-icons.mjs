/** Draws the app icons of public/icons from the mark: `node scripts/make-icons.mjs`. The results are committed; run it after a change. */
import { chromium } from '@playwright/test';
import { findBrowser } from './lib/browser.mjs';
import { root } from './lib/process.mjs';

/** `share`: how much of the square the mark fills; a maskable icon may lose a fifth on each side. */
const icons = [
  { file: 'icon-192.png', size: 192, share: 0.72, radius: 0.2 },
  { file: 'icon-512.png', size: 512, share: 0.72, radius: 0.2 },
  { file: 'maskable-512.png', size: 512, share: 0.52, radius: 0 },
  { file: 'apple-touch-icon.png', size: 180, share: 0.62, radius: 0 },
];

const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { file, size, share, radius } of icons) {
  const scale = (size * share) / 32;
  const offset = (size - 32 * scale) / 2;
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<body style="margin:0;background:transparent"><svg width="${size}" height="${size}" style="display:block">
    <rect width="${size}" height="${size}" rx="${size * radius}" fill="#0b6b72"/>
    <path transform="translate(${offset} ${offset}) scale(${scale})" d="M9.5 3.5v9a6.5 6.5 0 0 0 13 0v-9M16 19v9.5"
      fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/></svg>`);
  await page.screenshot({ path: `${root}/public/icons/${file}`, omitBackground: true });
}
await browser.close();

// Draws the icons for home screens from the mark. `cargo xtask icons` runs it; what it writes is committed.
//
//   node icons.mjs MARK_SVG FOLDER      (CHROMIUM names the browser)
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [mark, folder] = process.argv.slice(2);
const svg = readFileSync(mark, 'utf8');
/** The token --paper of the light scheme. */
const PAPER = '#fbf7f1';

/** `share`: how much of the side the mark takes. A maskable icon may be cut to a circle of 80 % of the side, a circle fits in it. */
const icons = [
  { name: 'icon-192', side: 192, share: 1 },
  { name: 'icon-512', side: 512, share: 1 },
  { name: 'maskable-512', side: 512, share: 0.7, ground: PAPER },
  { name: 'apple-touch-icon', side: 180, share: 0.8, ground: PAPER },
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
const page = await browser.newPage({ deviceScaleFactor: 1 });
for (const { name, side, share, ground } of icons) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground ?? 'transparent'}}
    svg{width:${share * 100}%}</style>${svg}`);
  await page.screenshot({ path: path.join(folder, `${name}.png`), omitBackground: !ground });
}
await browser.close();

// The three pictures of the README, sharp enough for a good screen, in WebP.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBrowser } from '../ground/people.mjs';
import { Program } from '../ground/program.mjs';
import { SHOPPER } from './shopper.mjs';
import { VIEWS, Visit } from './stage.mjs';
import { settle } from './town.mjs';

const SHOWN = [
  { name: 'nearby', page: 'nearby', state: 'here', lang: 'ja', scheme: 'light' },
  { name: 'game', page: 'play', state: 'odds', lang: 'ja', scheme: 'light' },
  { name: 'coupon', page: 'coupon', state: 'to show', lang: 'en', scheme: 'dark' },
];

const output = path.resolve(process.env.RAITEN_SHOWCASE);
mkdirSync(output, { recursive: true });
VIEWS.sharp = { ...VIEWS.phone, deviceScaleFactor: 2 };
let program;
let browser;
try {
  program = await Program.town(process.env.RAITEN_BIN, process.env.RAITEN_WEB_DIR, path.join(process.env.RAITEN_TEST_OUTPUT, 'server.log'));
  browser = await openBrowser(process.env.CHROMIUM || '/usr/bin/chromium', '');
  for (const shown of SHOWN) {
    const { look, who } = SHOPPER.find((s) => s.page === shown.page && s.state === shown.state);
    const town = { url: program.url, [shown.lang]: await settle(program, shown.lang) };
    const jar = who === 'nobody' ? null : town[shown.lang][who].cookies();
    const visit = await Visit.begin(browser, { ...shown, view: 'sharp', town, who, jar });
    await visit.page.emulateMedia({ colorScheme: shown.scheme });
    await look(visit);
    await visit.page.evaluate(() => document.fonts.ready);
    await visit.page.waitForTimeout(800);
    const devtools = await visit.context.newCDPSession(visit.page);
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
    const file = path.join(output, `${shown.name}.webp`);
    writeFileSync(file, Buffer.from(data, 'base64'));
    console.log(`Picture: ${file}`);
    await visit.end();
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await program?.stop();
}

// Looks at every page and state: phone and desktop, light and dark, Japanese and English, and desktops at 200 % zoom. Checks what can be
// measured and keeps a picture of each for people to look at.
//
// RAITEN_BIN, RAITEN_WEB_DIR, CHROMIUM, RAITEN_TEST_OUTPUT   as for the journeys
// RAITEN_FACES                                               only pages whose name has this text in it
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { showNothing } from '../ground/camera.mjs';
import { Program } from '../ground/program.mjs';
import { openBrowser } from '../ground/people.mjs';
import { axe, layout, shifts } from './checks.mjs';
import { CONSOLE } from './console.mjs';
import { planted } from './planted.mjs';
import { SHOPPER } from './shopper.mjs';
import { settle } from './town.mjs';
import { TILLS } from './till.mjs';
import { VIEWS, Visit } from './stage.mjs';

const PROGRAMS = { shopper: SHOPPER, till: TILLS, console: CONSOLE };
const SCHEMES = ['light', 'dark'];
const LANGS = ['ja', 'en'];

const needed = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return path.resolve(process.env[name]);
};
const output = path.resolve(process.env.RAITEN_TEST_OUTPUT ?? 'test-output/faces');
const only = process.env.RAITEN_FACES ?? '';

const slug = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');

/** Every look: a state in a language and a view, both schemes in one go. */
function looks() {
  const all = [];
  for (const [program, states] of Object.entries(PROGRAMS)) {
    for (const state of states) {
      if (!`${program} ${state.page}: ${state.state}`.includes(only)) continue;
      for (const view of Object.keys(VIEWS)) {
        for (const lang of LANGS) all.push({ ...state, program, view, lang });
      }
    }
  }
  return all;
}

/** The whole page on a screen as high as it is, so that bars at the bottom of the screen are at the bottom of the picture. */
async function picture(page, file) {
  const usual = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: usual.width, height: Math.min(Math.max(height, usual.height), 8_000) });
  await page.screenshot({ path: file, type: 'jpeg', quality: 80, animations: 'disabled' });
  await page.setViewportSize(usual);
}

async function look(browser, town, one) {
  const people = town[one.lang];
  const jar = one.who === 'nobody' ? null : people[one.who].cookies();
  const visit = await Visit.begin(browser, { ...one, town, jar });
  const found = [];
  const pictures = [];
  try {
    await one.look(visit);
    const { page } = visit;
    await page.evaluate(() => document.fonts.ready);
    // What comes in by a transition has come.
    await page.waitForTimeout(350);
    found.push(...(await shifts(page)));
    found.push(...(await layout(page, { targets: one.view !== 'zoomed' })));
    for (const scheme of one.view === 'zoomed' ? ['light'] : SCHEMES) {
      if (scheme !== 'light') {
        await page.emulateMedia({ colorScheme: scheme });
        await page.waitForTimeout(350);
      }
      if (one.view !== 'zoomed') found.push(...(await axe(page)).map((line) => `${scheme}: ${line}`));
      const file = path.join(one.program, one.view, one.lang, scheme, `${slug(one.page)}.${slug(one.state)}.jpg`);
      mkdirSync(path.dirname(path.join(output, file)), { recursive: true });
      await picture(page, path.join(output, file));
      pictures.push({ scheme, file });
    }
    found.push(...visit.faults);
  } catch (error) {
    found.push(`not reached: ${error.message.split('\n').slice(0, 3).join(' ')}`, ...visit.faults);
    const file = path.join(output, `failed.${slug(`${one.page} ${one.state} ${one.view} ${one.lang}`)}.png`);
    await visit.page.screenshot({ path: file }).catch(() => {});
  } finally {
    await visit.end();
  }
  return { found, pictures };
}

let [passed, failed] = [0, 0];
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const town = {};
let program;
let browser;
try {
  program = await Program.town(needed('RAITEN_BIN'), needed('RAITEN_WEB_DIR'), path.join(output, 'server.log'));
  town.url = program.url;
  for (const lang of LANGS) town[lang] = await settle(town, lang);
  const camera = path.join(output, 'camera.y4m');
  showNothing(camera);
  browser = await openBrowser(process.env.CHROMIUM || '/usr/bin/chromium', camera);
  const { tried, missed } = await planted(browser);
  passed += tried - missed.length;
  failed += missed.length;
  for (const line of missed) console.log(`FAILED a planted fault: ${line}`);
  const waiting = looks();
  const all = waiting.length;
  const began = Date.now();
  const shown = [];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { found, pictures } = await look(browser, town, one);
      const { program: of, page, state, view, lang } = one;
      shown.push(...pictures.map((p) => ({ ...p, program: of, page, state, view, lang })));
      if (found.length === 0) {
        passed += 1;
      } else {
        failed += 1;
        console.log(`FAILED ${of} ${page}: ${state} (${view}, ${lang})${found.map((line) => `\n         ${line}`).join('')}`);
      }
      if ((passed + failed) % 50 === 0) console.log(`       ${passed + failed} of ${all} looks, ${Math.round((Date.now() - began) / 1000)} s`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, os.availableParallelism()) }, worker));
  writeFileSync(path.join(output, 'pictures.json'), JSON.stringify(shown, null, 1));
} catch (error) {
  failed += 1;
  console.error(error);
} finally {
  await browser?.close();
  await program?.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

// The journeys through the pages, in Japanese and again in English.
//
// RAITEN_BIN            the program
// RAITEN_WEB_DIR        the bundled pages
// CHROMIUM              the browser, /usr/bin/chromium if absent
// RAITEN_TEST_OUTPUT    where screenshots and logs go
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from './ground/people.mjs';
import { Program } from './ground/program.mjs';
import { showNothing } from './ground/camera.mjs';
import { PushService } from './ground/push.mjs';
import { fair } from './journeys/fair.mjs';
import { near } from './journeys/near.mjs';
import { offline } from './journeys/offline.mjs';
import { push } from './journeys/push.mjs';
import { thePath } from './journeys/the_path.mjs';
import { visits } from './journeys/visits.mjs';

const needed = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return path.resolve(value);
};

const output = path.resolve(process.env.RAITEN_TEST_OUTPUT ?? 'test-output/browser');
mkdirSync(output, { recursive: true });

const folder = mkdtempSync(path.join(tmpdir(), 'raiten-camera-'));
const camera = path.join(folder, 'camera.y4m');
showNothing(camera);

let [passed, failed] = [0, 0];
const tell = (ok, what, began, detail = '') => {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what} (${((Date.now() - began) / 1000).toFixed(1)} s)${detail}`);
};

/** One after the other: the second plays in the campaign that the first has made. */
function* journeys(ground) {
  yield* thePath(ground);
  yield* fair(ground);
  yield* visits(ground);
  yield* near(ground);
  yield* push(ground);
  yield* offline(ground);
}

let program;
let browser;
let service;
const executable = process.env.CHROMIUM || '/usr/bin/chromium';
try {
  service = await PushService.start();
  program = await Program.start(needed('RAITEN_BIN'), needed('RAITEN_WEB_DIR'), path.join(output, 'server.log'), {
    RAITEN_PUSH_SERVICES: service.origin,
  });
  browser = await openBrowser(executable, camera);
  for (const lang of ['ja', 'en']) {
    const troubles = [];
    const people = [];
    const ground = { browser, executable, program, service, camera, lang, output, troubles, people };
    for (const [name, step] of journeys(ground)) {
      const began = Date.now();
      const before = troubles.length;
      try {
        await step();
        const noticed = troubles.slice(before);
        tell(noticed.length === 0, `${lang} ${name}`, began, noticed.map((line) => `\n         ${line}`).join(''));
      } catch (error) {
        tell(false, `${lang} ${name}`, began, `\n${error.stack}\n${troubles.slice(before).join('\n')}`);
        for (const person of people) {
          const file = path.join(output, lang, `failed-${person.name}.png`);
          await person.page.screenshot({ path: file }).catch(() => {});
          console.log(`         ${person.name} was at ${person.page.url()}, see ${file}`);
        }
        break; // The next step rests on this one.
      }
    }
    for (const person of people) await person.context.close();
  }
} catch (error) {
  failed += 1;
  console.error(error);
} finally {
  await browser?.close();
  await program?.stop();
  service?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

// The shopper without a connection, through a change of version, and inside other apps.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Person } from '../ground/people.mjs';
import { shop } from './console.mjs';

const LINE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
  + 'Mobile/15E148 Safari Line/15.12.1';
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
  + 'Version/17.5 Mobile/15E148 Safari/604.1';
const WALLET = '/api/v1/shopper/coupons';

/** What the browser keeps, by cache: paths. */
const kept = (person) => person.page.evaluate(async () => {
  const all = {};
  for (const name of await caches.keys()) {
    const keys = await (await caches.open(name)).keys();
    all[name] = keys.map((key) => new URL(key.url).pathname);
  }
  return all;
});

const shells = async (person) => Object.keys(await kept(person)).filter((name) => name.startsWith('shell-'));

/** Waits until something about the page holds. */
async function until(person, what, holds) {
  for (let i = 0; i < 100; i += 1) {
    if (await holds()) return;
    await person.page.waitForTimeout(100);
  }
  assert.fail(`after 10 s still not: ${what}`);
}

/** Plays once in the campaign in which everybody wins. */
async function win(person, store) {
  await person.sees('store-card');
  await person.at('store-card').filter({ hasText: store }).first().click();
  await person.sees('play-button');
  await person.press('play-button');
  await person.sees('outcome');
}

/**
 * The pages as another build would leave them: one style sheet has another content and so another name. `spoil` changes the
 * worker's text further.
 */
function anotherBuild(webDir, mark, spoil = (text) => text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'raiten-web-'));
  cpSync(webDir, folder, { recursive: true });
  const before = readdirSync(folder).find((name) => /^[\w-]+-[0-9a-f]{12,16}\.css$/.test(name));
  const after = before.replace(/[0-9a-f]{12,16}(?=\.css$)/, mark.repeat(16));
  for (const name of readdirSync(folder)) {
    if (name.startsWith(before)) renameSync(path.join(folder, name), path.join(folder, name.replace(before, after)));
    else if (/^(index\.html|sw\.js)\.br$/.test(name)) rmSync(path.join(folder, name));
  }
  for (const [name, also] of [['index.html', (text) => text], ['sw.js', spoil]]) {
    const file = path.join(folder, name);
    const text = readFileSync(file, 'utf8').replaceAll(before, after);
    writeFileSync(file, also(text.replace(/"version":"\w+"/, `"version":"${mark.repeat(16)}"`)));
  }
  return { folder, sheet: after };
}

const madeOf = (person, sheet) => person.page.evaluate(
  (name) => [...document.querySelectorAll('link[rel=stylesheet]')].some((link) => link.href.endsWith(name)),
  sheet,
);

const lookForUpdate = (person) => person.page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update().catch(() => {});
});

export function* offline(ground) {
  const { lang, browser, program, output, troubles, people } = ground;
  const names = shop(lang);
  const other = lang === 'ja' ? 'en' : 'ja';
  const webDir = path.resolve(process.env.RAITEN_WEB_DIR);
  const builds = [];
  let [walker, coupon, runs, machine] = [undefined, undefined, 0, undefined];

  const meet = async (name, context = {}) => {
    const person = await Person.meet(browser, name, { lang, url: program.url, output, troubles, context });
    people.push(person);
    return person;
  };
  /** Serves anew. What an open page asks for meanwhile is refused, and that is nobody's mistake. */
  const serve = async (folder) => {
    runs += 1;
    const open = walker !== undefined && !walker.cutOff;
    if (open) walker.cutOff = true;
    await program.again(path.join(output, `server-${lang}-${runs}.log`), folder);
    if (open) {
      // The browser says a moment later which requests failed.
      await walker.page.waitForTimeout(250);
      walker.cutOff = false;
    }
  };
  const cutOff = async (person) => {
    person.cutOff = true;
    await program.halt();
    await person.context.setOffline(true);
  };

  yield ['6a the worker comes after the first screen, and a win is kept at once', async () => {
    // Had the other language's run ended early, another build would still be served.
    if (program.options.env.RAITEN_WEB_DIR !== webDir) await serve(webDir);
    walker = await meet('walker');
    await walker.open('/');
    await walker.press('consent-location');
    await walker.sees('store-card');
    await walker.page.evaluate(() => navigator.serviceWorker.ready);
    await until(walker, 'the worker has the page', () => walker.page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
    await win(walker, names.store);
    machine = new URL(walker.page.url()).pathname;
    // The wallet is never opened while there is a connection.
    await until(walker, 'the win is kept', async () => {
      [coupon] = await walker.page.evaluate(async (list) => {
        const answer = await caches.match(list, { ignoreVary: true });
        return answer ? (await answer.json()).items : [];
      }, WALLET);
      return coupon !== undefined;
    });
    assert.ok(coupon.value > 0 && !('code' in coupon), 'what it is worth, and nothing that could be used');
  }];

  yield ['6b without a connection the wallet opens, and says as of when', async () => {
    await cutOff(walker);
    await walker.open('/wallet');
    const asOf = await walker.reads('as-of');
    assert.match(asOf, /\d{1,2}:\d{2}/, `as of when: ${asOf}`);
    await walker.picture('30-offline-wallet');
    await walker.press('coupon');
    await walker.sees('pass-offline');
    assert.match(await walker.reads('as-of-note'), /\d{1,2}:\d{2}/);
    assert.equal(await walker.page.locator('.pass-code .qr').count(), 0, 'no QR code that could be anybody’s photo');
    await walker.picture('31-offline-coupon');
    await walker.page.reload();
    await walker.sees('pass-offline');
  }];

  yield ['6c what needs a connection says so, and comes back by itself', async () => {
    await walker.open('/about');
    await walker.page.locator('main h2').first().waitFor();
    await walker.open(machine);
    await walker.sees('offline');
    await walker.picture('32-offline-play');
    await walker.open('/');
    await walker.sees('offline');
    await walker.picture('33-offline-nearby');
    await walker.press('offline-wallet');
    await walker.sees('as-of');
    await walker.open('/');
    await walker.sees('offline');
    await serve();
    await walker.context.setOffline(false);
    await walker.sees('store-card');
    walker.cutOff = false;
    await walker.page.locator('.tab[href="/wallet"]').click();
    await walker.sees('coupon');
    assert.equal(await walker.at('as-of').count(), 0, 'with a connection it is the present');
  }];

  yield ['6d an old answer is replaced as soon as there is a new one', async () => {
    await cutOff(walker);
    await walker.open('/wallet');
    await walker.sees('as-of');
    await serve();
    await walker.context.setOffline(false);
    await walker.at('as-of').waitFor({ state: 'detached' });
    walker.cutOff = false;
  }];

  yield ['6e the worker keeps out of what is not the shopper’s, and keeps no place', async () => {
    const page = await walker.context.newPage();
    for (const [address, byWorker] of [['/', true], ['/wallet', true], ['/staff/', false], ['/console/', false], ['/api/docs/', false]]) {
      const answer = await page.goto(address);
      assert.equal(answer.fromServiceWorker(), byWorker, address);
    }
    const session = page.waitForResponse((answer) => answer.url().endsWith('/session'));
    await page.goto('/');
    assert.equal((await session).fromServiceWorker(), false, 'a POST');
    await page.close();
    for (const [cache, paths] of Object.entries(await kept(walker))) {
      for (const at of paths) {
        const known = cache === 'wallet' ? at.startsWith(WALLET) : at === '/' || /-[0-9a-f]{12,16}[._]/.test(at);
        assert.ok(known, `${cache} keeps ${at}`);
      }
    }
  }];

  yield ['7a a new version is offered, not beside the game, and takes nothing away', async () => {
    const next = anotherBuild(webDir, '1');
    builds.push(next.folder);
    await walker.open('/wallet');
    await walker.press(`lang-${other}`);
    await serve(next.folder);
    await lookForUpdate(walker);
    await walker.sees('update-offer');
    assert.equal(await madeOf(walker, next.sheet), false, 'nothing changes by itself');
    await walker.page.evaluate((to) => {
      const link = Object.assign(document.createElement('a'), { href: to, textContent: '.' });
      document.querySelector('main').append(link);
      link.click();
    }, machine);
    await walker.sees('odds-table');
    assert.equal(await walker.at('update-offer').count(), 0, 'not beside the game');
    await walker.page.goBack();
    await walker.sees('update-offer');
    await walker.press(`lang-${lang}`);
    await walker.picture('34-update');
    await walker.press(`lang-${other}`);
    await walker.press('update-take');
    await until(walker, 'the page is the new one', () => madeOf(walker, next.sheet).catch(() => false));
    await walker.sees('coupon');
    assert.equal(await walker.page.evaluate(() => document.documentElement.lang), other, 'the language stays');
    await walker.press(`lang-${lang}`);
    assert.equal(await walker.at('update-offer').count(), 0);
    assert.ok((await shells(walker)).includes(`shell-${'1'.repeat(16)}`));
    await cutOff(walker);
    await walker.page.reload();
    await walker.sees('as-of');
    assert.equal(await madeOf(walker, next.sheet), true, 'it is whole: it opens without a connection');
    await walker.context.setOffline(false);
  }];

  yield ['7b the next visit has the newest by itself', async () => {
    const next = anotherBuild(webDir, '2');
    builds.push(next.folder);
    await serve(next.folder);
    walker.cutOff = false;
    await walker.page.reload();
    await walker.sees('coupon');
    assert.equal(await madeOf(walker, next.sheet), true);
    await until(walker, 'its worker works', async () => {
      const waiting = await walker.page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting));
      return !waiting && (await shells(walker)).includes(`shell-${'2'.repeat(16)}`);
    });
    assert.equal(await walker.at('update-offer').count(), 0, 'the page is new already');
  }];

  yield ['7c half a version is none', async () => {
    const half = anotherBuild(webDir, '3', (text) => text.replace('"files":[', '"files":["/missing-0123456789abcdef.js",'));
    builds.push(half.folder);
    walker.expect(404, '/missing-0123456789abcdef.js');
    await serve(half.folder);
    await lookForUpdate(walker);
    await until(walker, 'the half is thrown away', async () => {
      const installing = await walker.page.evaluate(async () => {
        const { installing, waiting } = await navigator.serviceWorker.getRegistration();
        return Boolean(installing || waiting);
      });
      return !installing && !(await shells(walker)).includes(`shell-${'3'.repeat(16)}`);
    });
    walker.expected = [];
    await cutOff(walker);
    await walker.page.reload();
    await walker.sees('as-of');
    await serve(webDir);
    await walker.context.setOffline(false);
    await walker.page.reload();
    walker.cutOff = false;
    await walker.sees('coupon');
  }];

  yield ['8a the home screen is offered after the first coupon, and not twice', async () => {
    const offer = () => walker.page.evaluate(() => {
      const event = new Event('beforeinstallprompt', { cancelable: true });
      event.prompt = async () => { globalThis.prompted = true; };
      dispatchEvent(event);
      return event.defaultPrevented;
    });
    assert.equal(await walker.at('install-card').count(), 0, 'not before the browser can');
    assert.equal(await offer(), true);
    await walker.sees('install-card');
    await walker.picture('35-install');
    await walker.press('install-add');
    assert.equal(await walker.page.evaluate(() => globalThis.prompted), true);
    await walker.at('install-card').waitFor({ state: 'detached' });
    await offer();
    await walker.press('install-dismiss');
    await walker.at('install-card').waitFor({ state: 'detached' });
    await walker.page.reload();
    await walker.sees('coupon');
    await offer();
    await walker.page.waitForTimeout(200);
    assert.equal(await walker.at('install-card').count(), 0, 'no is no');
  }];

  yield ['8b somebody else on this phone does not see the wallet', async () => {
    const gone = () => until(walker, 'the kept wallet is gone', async () => !(await kept(walker)).wallet);
    const cookies = await walker.context.cookies();
    await walker.context.clearCookies();
    // A session that has ended: the server's word is enough.
    walker.expect(401, WALLET);
    await walker.page.evaluate((list) => fetch(list).then((answer) => answer.status), WALLET);
    await gone();
    // Another shopper: their session begins on a page that does not ask for the wallet.
    await walker.context.addCookies(cookies);
    await walker.page.reload();
    await walker.sees('coupon');
    await until(walker, 'the wallet is kept', async () => (await kept(walker)).wallet?.includes(WALLET));
    await walker.context.clearCookies();
    await walker.open('/');
    await walker.sees('consent-location');
    await gone();
    await walker.page.locator('.tab[href="/wallet"]').click();
    await walker.sees('no-coupons');
    await walker.context.close();
  }];

  yield ['9a inside LINE it says how to get out, and works all the same', async () => {
    const guest = await meet('guest-in-line', { userAgent: LINE, permissions: [] });
    await guest.open('/');
    await guest.sees('in-app');
    const out = await guest.at('in-app-open').getAttribute('href');
    assert.equal(out, `${program.url}/?openExternalBrowser=1`);
    await guest.picture('36-in-line');
    await guest.press('consent-location');
    await guest.sees('no-position-denied');
    assert.match(await guest.reads('in-app'), /LINE/);
    await guest.picture('37-in-line-denied');
    await guest.press('area-tokyo');
    await win(guest, names.store);
    await guest.press('to-wallet');
    await guest.sees('coupon');
    assert.match(await guest.reads('in-app'), /LINE/);
    assert.equal(await guest.at('in-app-open').count(), 0, 'another browser would be without these coupons');
    await guest.picture('38-in-line-wallet');
    await guest.context.close();
  }];

  yield ['9b on an iPhone the two steps are said', async () => {
    const iphone = await meet('iphone', { userAgent: SAFARI });
    await iphone.open('/');
    await iphone.sees('consent-location');
    assert.equal(await iphone.at('in-app').count(), 0, 'Safari is no app');
    await iphone.press('consent-location');
    await win(iphone, names.store);
    await iphone.press('to-wallet');
    await iphone.sees('install-steps');
    await iphone.picture('39-iphone');
    await iphone.press('install-dismiss');
    await iphone.page.reload();
    await iphone.sees('coupon');
    assert.equal(await iphone.at('install-card').count(), 0, 'no is no');
    await iphone.context.close();
    for (const folder of builds) rmSync(folder, { recursive: true, force: true });
  }];
}

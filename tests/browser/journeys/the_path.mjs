// The path, step by step, as three people with a phone each see it: the retailer's owner, staff, a shopper.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HERE, Person } from '../ground/people.mjs';
import { lumaOfPng } from '../ground/png.mjs';
import { show, showNothing } from '../ground/camera.mjs';
import { activity, campaign, figures, invite, owner, report, shop, stores } from './console.mjs';

/** Words that a page shows in one language and not in the other. */
const WORDS = {
  ja: { used: '渋谷', other: /[ぁ-ん]/ },
  en: { used: 'used', other: /[A-Za-z]{3}/ },
};

const fullWidth = (code) =>
  [...code].map((c) => String.fromCodePoint(c.codePointAt(0) + 0xfee0)).join('');

/** Counts what is asked of the screen; headless browsers have none to keep awake. */
const watchWakeLock = (person) => person.context.addInitScript(() => {
  globalThis.awake = { asked: 0, held: 0 };
  const lock = () => ({
    release: async function release() {
      if (this.gone) return;
      this.gone = true;
      globalThis.awake.held -= 1;
    },
  });
  const request = async () => {
    globalThis.awake.asked += 1;
    globalThis.awake.held += 1;
    return lock();
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
});

/** The screen is kept awake, once, and again after the page was hidden: then the browser has let go of it. */
async function staysAwake(person) {
  const awake = () => person.page.evaluate(() => globalThis.awake);
  assert.deepEqual(await awake(), { asked: 1, held: 1 });
  await person.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await person.page.waitForFunction(() => globalThis.awake.asked === 2);
  assert.equal((await awake()).held, 1, 'no lock is left behind');
}

export function* thePath(ground) {
  const { lang, browser, program, camera, output, troubles, people } = ground;
  const meet = async (name) => {
    const person = await Person.meet(browser, name, { lang, url: program.url, output, troubles });
    people.push(person);
    return person;
  };
  const names = shop(lang);
  let retailer;
  let staff;
  let shopper;
  let link;
  let code;
  let value;
  let before;

  yield ['1a the retailer signs in', async () => {
    retailer = await meet('retailer');
    await owner(retailer, program.owners[lang]);
    before = await figures(retailer);
  }];

  yield ['1b a store by form, more by file with a preview', async () => {
    const file = path.join(output, `stores-${lang}.csv`);
    const near = `${HERE.latitude + 0.004},${HERE.longitude}`;
    writeFileSync(file, `name,lat,lng\n${names.imported},${near}\n${names.imported},${near}\n`);
    await stores(retailer, names, HERE, file);
  }];

  yield ['1c a campaign, published', async () => {
    await campaign(retailer, names);
  }];

  yield ['1d staff by invitation link', async () => {
    link = await invite(retailer, names);
    staff = await meet('staff');
    staff.expectNobody();
    await staff.open(new URL(link).pathname);
    await staff.sees('invite-password');
    await staff.picture('09-invitation');
    await staff.type('invite-name', names.staff);
    await staff.type('invite-password', 'correct horse battery');
    await staff.press('invite-accept');
    await staff.sees('till-scan');
    await staff.picture('10-till');
  }];

  yield ['2a the shopper consents and sees what is near', async () => {
    shopper = await meet('shopper');
    await watchWakeLock(shopper);
    await shopper.open('/');
    await shopper.sees('consent-location');
    await shopper.picture('11-welcome');
    await shopper.press('consent-location');
    await shopper.sees('store-card');
    await shopper.picture('12-near');
    const card = shopper.at('store-card').filter({ hasText: names.store });
    await card.first().scrollIntoViewIfNeeded();
    assert.match(await card.first().innerText(), /\d\s*m|km/, 'a card says how far it is');
    await card.first().click();
  }];

  yield ['2b the odds, the capsule, the coupon', async () => {
    await shopper.sees('play-button');
    const odds = await shopper.reads('odds-table');
    assert.match(odds, /%/, `the exact odds are shown: ${odds}`);
    assert.match(odds, WORDS[lang].other);
    await shopper.picture('13-odds');
    const [table, bar] = [await shopper.at('odds-table').boundingBox(), await shopper.page.locator('.play-bar').boundingBox()];
    assert.ok(table.y + table.height <= bar.y, 'all odds are seen without scrolling, and nothing lies over them');
    assert.ok((await shopper.reads('play-why')).length > 8, 'why these odds stands by the button');
    assert.equal(await shopper.at('sound').getAttribute('aria-checked'), 'false', 'silent until turned on');
    await shopper.press('play-button');
    await shopper.page.waitForTimeout(700);
    await shopper.picture('14-turning');
    await shopper.sees('outcome');
    await shopper.page.waitForFunction(() => document.activeElement?.classList.contains('outcome-title'));
    value = (await shopper.reads('outcome-value')).replace(/\D/g, '');
    assert.ok(['300', '500'].includes(value), `everybody wins 300 or 500, not ${value}`);
    await shopper.picture('15-outcome');
    await shopper.press('to-wallet');
    await shopper.sees('coupon');
    await shopper.picture('16-wallet');
    await shopper.press('coupon');
    code = await shopper.reads('coupon-digits');
    assert.match(code, /^\d{4} \d{4}$/, `digits to read out: ${code}`);
    await shopper.picture('17-coupon');
    const square = await shopper.page.locator('.pass-code svg').boundingBox();
    assert.ok(square.width >= 0.6 * 390, `the code is large: ${square.width} px`);
    await staysAwake(shopper);
  }];

  yield ['4a the till takes the typed code', async () => {
    await staff.type('till-code', fullWidth(code.replace(/\s/g, '')));
    await staff.press('till-lookup');
    assert.equal((await staff.reads('till-value')).replace(/\D/g, ''), value);
    await staff.type('till-basket', '1200');
    await staff.picture('18-worth');
    await staff.press('till-redeem');
    await staff.sees('till-yes');
    await staff.picture('19-redeemed');
  }];

  yield ['4b undo, then the camera takes it', async () => {
    await staff.press('till-undo');
    await staff.sees('till-undone');
    await staff.picture('20-undone');
    await staff.press('till-next');
    // What the screen showed was for the use that was undone: it has new digits and a new code by itself.
    await shopper.page.waitForFunction((old) => {
      const digits = document.querySelector('[data-testid=coupon-digits]');
      return digits && digits.textContent !== old;
    }, code);
    show(camera, lumaOfPng(await shopper.page.locator('.pass-code svg').screenshot()));
    await staff.press('till-scan');
    assert.equal((await staff.reads('till-value')).replace(/\D/g, ''), value);
    await staff.type('till-basket', '1200');
    await staff.picture('21-scanned');
    await staff.press('till-redeem');
    await staff.sees('till-yes');
    await staff.picture('22-redeemed-again');
  }];

  yield ['4c a second time is refused, with when and where', async () => {
    // The next one is looked for by camera again: the coupon is taken away from it.
    showNothing(camera);
    await staff.press('till-next');
    // The digits that were taken first: what they stand for is used.
    await staff.type('till-code', code);
    await staff.press('till-lookup');
    const no = await staff.reads('till-no');
    assert.ok(no.includes(names.store), `where: ${no}`);
    assert.match(no, /\d{1,2}:\d{2}/, `when: ${no}`);
    await staff.picture('23-refused');
    await staff.press('till-next');
    await staff.type('till-code', '234567');
    await staff.press('till-lookup');
    await staff.page.waitForTimeout(300);
    await staff.picture('24-mistyped');
    await staff.press('nav-today');
    await staff.sees('till-today');
    await staff.picture('25-today');
    await shopper.open('/wallet');
    await shopper.sees('coupon');
    await shopper.picture('26-wallet-afterwards');
    await shopper.press('coupon');
    await shopper.sees('coupon-ended');
  }];

  yield ['5 the retailer sees the visit', async () => {
    await report(retailer, before, value);
  }];

  yield ['5b the retailer reads who did what', async () => {
    await activity(retailer, names, value);
  }];

  yield ['the log names nobody', async () => {
    const log = readFileSync(path.join(output, 'server.log'), 'utf8');
    const { email, password } = program.owners[lang];
    const secrets = [email, password, names.mail, names.staff, code, code.replaceAll(' ', ''), new URL(link).pathname.split('/').pop()];
    for (const secret of secrets) assert.ok(!log.includes(secret), `the server's log has ${secret}`);
  }];

  yield ['the other language, at once and for good', async () => {
    const other = lang === 'ja' ? 'en' : 'ja';
    await shopper.open('/');
    await shopper.sees('store-card');
    await shopper.press(`lang-${other}`);
    await shopper.page.waitForFunction((wanted) => document.documentElement.lang === wanted, other);
    await shopper.page.reload();
    await shopper.page.waitForFunction((wanted) => document.documentElement.lang === wanted, other);
    await shopper.press(`lang-${lang}`);
  }];
}


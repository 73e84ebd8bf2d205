// Visits that are seen without a coupon: a stamp at the till, a check-in by the store's screen; and what is kept of a shopper.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Person } from '../ground/people.mjs';
import { show, showNothing } from '../ground/camera.mjs';
import { lumaOfPng } from '../ground/png.mjs';
import { shop } from './console.mjs';

export function* visits(ground) {
  const { lang, browser, program, camera, output, troubles, people } = ground;
  const names = shop(lang);
  const staff = people.find((person) => person.name === 'staff');
  let shopper;
  let url;

  yield ['5c a stamp for whoever shows the card', async () => {
    shopper = await Person.meet(browser, 'visitor', { lang, url: program.url, output, troubles });
    people.push(shopper);
    await shopper.open('/my/');
    await shopper.sees('member-code');
    await shopper.picture('40-card');
    show(camera, lumaOfPng(await shopper.page.locator('.my-code svg').screenshot()));
    await staff.open('/staff/');
    await staff.press('till-scan');
    await staff.sees('till-stamped');
    assert.match(await staff.reads('till-stamped'), /1/);
    await staff.picture('41-stamped');
    showNothing(camera);
    await shopper.open('/my/');
    await shopper.page.locator('.my-stamps').waitFor();
    assert.match(await shopper.page.locator('.my-stamps').innerText(), /1/);
  }];

  yield ['5d a check-in by the code on the store’s screen', async () => {
    await staff.open('/staff/settings');
    await staff.press('to-screen');
    await staff.sees('store-code');
    await staff.picture('42-screen');
    url = await staff.at('store-code').getAttribute('data-url');
    await shopper.open(url);
    const done = await shopper.reads('checked-in');
    assert.ok(done.includes(names.store), `where: ${done}`);
    assert.equal(new URL(shopper.page.url()).hash, '', 'the code is gone from the address');
    await shopper.picture('43-checked-in');
    // Asking for another code every few seconds ends with the page.
    await staff.open('/staff/');
    // Somebody else's photo of it, much later, or letters of one's own.
    shopper.expect(404, '/api/v1/shopper/check-ins');
    await shopper.open('/my/');
    await shopper.open(url.slice(0, -4) + 'AAAA');
    await shopper.sees('problem');
  }];

  yield ['5e one’s own history is seen, saved and erased', async () => {
    await shopper.open('/my/history');
    const kept = await shopper.reads('history-at');
    assert.match(kept, lang === 'ja' ? /スタンプ.*チェックイン|チェックイン.*スタンプ/ : /stamp.*check-in|check-in.*stamp/);
    await shopper.picture('44-history');
    const download = shopper.page.waitForEvent('download');
    await shopper.press('history-export');
    const saved = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
    assert.equal(saved.retailers[0].visits.length, 1, 'one visit, seen twice');
    await shopper.page.locator('.my-member summary').click();
    await shopper.type('member-number', '１２-34');
    await shopper.press('member-link');
    await shopper.sees('member-since');
    await shopper.press('history-erase');
    await shopper.sees('erase-warning');
    await shopper.picture('45-erase');
    await shopper.press('erase-really');
    await shopper.sees('erased');
    await shopper.open('/my/history');
    await shopper.sees('kept-cells');
    assert.equal(await shopper.at('history-at').count(), 0);
  }];
}

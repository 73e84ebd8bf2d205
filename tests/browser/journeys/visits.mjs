// Visits that are seen without a coupon: a stamp at the till, a check-in by the store's screen; and what is kept of a shopper.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Person } from '../ground/people.mjs';
import { show, showNothing } from '../ground/camera.mjs';
import { lumaOfPng } from '../ground/png.mjs';
import { shop } from './console.mjs';

/** The id of the retailer's store of this name. */
async function storeId(retailer, name) {
  const answer = await retailer.page.request.get(`/api/v1/retailer/stores?q=${encodeURIComponent(name)}`);
  return (await answer.json()).stores[0].store_id;
}

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
    const wallets = () => shopper.page.evaluate(() => caches.has('wallet'));
    await shopper.page.evaluate(() => caches.open('wallet'));
    await shopper.press('erase-really');
    await shopper.sees('erased');
    assert.equal(await wallets(), false, 'nor does this device keep anything');
    await shopper.open('/my/history');
    await shopper.sees('kept-cells');
    assert.equal(await shopper.at('history-at').count(), 0);
  }];

  yield ['5f visits from a file, looked at first, and taken back', async () => {
    const retailer = people.find((person) => person.name === 'retailer');
    const file = path.join(output, `visits-${lang}.csv`);
    const store = await storeId(retailer, names.store);
    writeFileSync(file, `member,store,time,yen\n1,${store},2026-11-01 10:00,500\n2,nowhere,2026-11-01 10:00,\n`);
    await retailer.open('/console/report');
    await retailer.press('to-visits');
    await retailer.at('visits-file').setInputFiles(file);
    await retailer.sees('visits-errors');
    await retailer.picture('46-visits-wrong');
    writeFileSync(file, `member,store,time,yen\n1,${store},2026-11-01 10:00,500\n2,${store},2026-11-01 11:00,\n`);
    await retailer.press('visits-another');
    await retailer.at('visits-file').setInputFiles(file);
    await retailer.press('visits-commit');
    await retailer.sees('visits-done');
    await retailer.sees('import-undo');
    await retailer.press('import-undo');
    await retailer.press('really-import-undo');
    await retailer.at('visit-imports').locator('.status').waitFor();
    await retailer.press('key-make');
    await retailer.type('key-name', lang === 'ja' ? '予約システム' : 'Reservations');
    await retailer.press('key-make');
    assert.match(await retailer.at('key-secret').inputValue(), /^key_\w+\.ret_\w+\.[\w-]{43}$/);
    await retailer.picture('47-visits');
  }];

  yield ['5g goals are set on the report', async () => {
    const retailer = people.find((person) => person.name === 'retailer');
    await retailer.open('/console/report');
    await retailer.at('goals-set').locator('summary').click();
    await retailer.type('goal-percent', '10');
    await retailer.type('goal-yen', '400');
    await retailer.press('goals-save');
    await retailer.sees('goal-more');
    await retailer.sees('goal-price');
    await retailer.picture('48-goals');
  }];
}

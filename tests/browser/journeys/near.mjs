// Walking to a store with the page open: what the page says and tells there, and that no position leaves the device.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { HERE, Person } from '../ground/people.mjs';
import { shop } from './console.mjs';

/** How often the page asks the device. */
const LOOK_MS = 10_000;

/** The digits and the bytes by which a position would be found again, to a metre: stores stand ten metres from it. */
const traces = ({ latitude, longitude }) => {
  const texts = [latitude, longitude].map((degrees) => degrees.toFixed(5));
  // The first five of eight bytes tell degrees apart to some metres.
  const bytes = [latitude, longitude].flatMap((degrees) => {
    const [big, little] = [Buffer.alloc(8), Buffer.alloc(8)];
    big.writeDoubleBE(degrees);
    little.writeDoubleLE(degrees);
    return [big.subarray(0, 5), little.subarray(3)];
  });
  return [...texts.map((text) => Buffer.from(text)), ...bytes];
};

export function* near(ground) {
  const { lang, browser, program, output, troubles, people } = ground;
  const names = shop(lang);
  const sent = [];
  const dwells = [];
  const been = [];
  let walker;

  /** Is somewhere, and lets the page look at it so many times. */
  const be = async (north, east, looks) => {
    // Nobody stands still to the metre.
    for (let i = 0; i < looks; i += 1) {
      const jitter = [4e-5, -3e-5, 2e-5][i % 3];
      const place = { latitude: HERE.latitude + 0.00031 + north + jitter, longitude: HERE.longitude + 0.000477 + east - jitter, accuracy: 12 };
      been.push(place);
      await walker.context.setGeolocation(place);
      await walker.page.clock.runFor(LOOK_MS + 50);
      // What was asked for comes by the real clock.
      await walker.page.waitForTimeout(120);
    }
  };

  yield ['5g a quiet word on coming to a store, and a visit for staying', async () => {
    walker = await Person.meet(browser, 'walker', { lang, url: program.url, output, troubles });
    people.push(walker);
    walker.page.on('request', (request) => {
      sent.push(`${request.url()}\n${JSON.stringify(request.headers())}\n${request.postData() ?? ''}`);
      if (request.url().endsWith('/api/v1/shopper/dwells')) dwells.push(request.postDataJSON());
    });
    await walker.page.clock.install();
    await walker.open('/');
    const fetched = walker.page.waitForResponse((answer) => /\/near\/.*\.wasm$/.test(answer.url()));
    await walker.press('consent-location');
    await fetched;
    await walker.page.getByTestId('store-card').first().waitFor();
    // Two hundred metres away nothing happens.
    await be(0, 0, 4);
    assert.equal(await walker.at('near-offer').count(), 0, 'nothing is said from afar');
    assert.deepEqual(dwells, []);
    // At the door, which is 222 m north of where it began.
    await be(0.0017, -0.0005, 4);
    const word = await walker.reads('near-offer');
    assert.ok(word.includes(names.store), word);
    await walker.picture('60-near');
    assert.ok(dwells.length >= 1 && dwells.every(({ dwell }) => !dwell), JSON.stringify(dwells));
    const heights = await walker.page.evaluate(() => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect();
      return [box('.near-offer').bottom, box('.tabs').top];
    });
    assert.ok(heights[0] <= heights[1] + 1, `it covers the menu: ${heights}`);
    // Three minutes later it is told once more, with what the server gave. (The server's own three minutes have not passed.)
    await be(0.0017, -0.0005, 20);
    const last = dwells.filter(({ dwell }) => dwell);
    assert.ok(last.length >= 1, 'the stay is told');
    const stores = new Set(dwells.map((one) => one.store_id));
    assert.deepEqual(Object.keys(dwells[0]).sort(), ['dwell', 'retailer_id', 'store_id']);
    assert.ok(stores.size >= 1);
    // Away again: the word goes, and nothing more is told.
    await be(-0.003, 0, 4);
    assert.equal(await walker.at('near-offer').count(), 0, 'it goes when one leaves');
    const told = dwells.length;
    await be(-0.003, 0, 3);
    assert.equal(dwells.length, told);
  }];

  yield ['5h it is said once, can be put away, and stops with the consent', async () => {
    await be(0.0017, -0.0005, 5);
    assert.equal(await walker.at('near-offer').count(), 0, 'once for a store');
    const told = dwells.length;
    assert.ok(dwells.at(-1).dwell === null || dwells.at(-1).dwell === undefined, 'another stay begins');
    await walker.page.locator('.tab[href="/about"]').click();
    await walker.press('withdraw-consent');
    await walker.page.waitForTimeout(300);
    await be(0.0017, -0.0005, 25);
    assert.equal(dwells.length, told, 'without consent nothing is told');
  }];

  yield ['5i no position left the device', async () => {
    const database = readdirSync(program.folder)
      .filter((name) => name.includes('sqlite'))
      .map((name) => readFileSync(path.join(program.folder, name)));
    assert.ok(database.length > 0 && sent.length > 20);
    const log = readFileSync(path.join(output, 'server.log'));
    for (const place of been) {
      // Not even roughly: no request has any coordinate in it.
      const rough = [place.latitude, place.longitude].map((degrees) => degrees.toFixed(1));
      for (const request of sent) assert.ok(!rough.some((text) => request.includes(text)), `${rough} in ${request}`);
      for (const trace of traces(place)) {
        for (const file of [...database, log]) assert.ok(!file.includes(trace), `a position is kept: ${JSON.stringify(place)}`);
      }
    }
    // The same search finds what is there: a store's own position.
    const store = { latitude: HERE.latitude + 0.002, longitude: HERE.longitude };
    assert.ok(traces(store).some((trace) => database.some((file) => file.includes(trace))), 'the search finds nothing at all');
  }];
}

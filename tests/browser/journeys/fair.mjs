// Checking a draw: the page computes it again by the code that the server draws with; here it is computed a third time, from the documentation alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { drawn, sha } from '../ground/drawn.mjs';
import { Person } from '../ground/people.mjs';

export function* fair(ground) {
  const { lang, browser, program, output, troubles, people } = ground;
  const { shopper } = people.reduce((named, person) => ({ ...named, [person.name]: person }), {});

  yield ['5p what was shown before a play is kept, and its draw waits for the end of the day', async () => {
    assert.ok(shopper, 'nobody has played');
    await shopper.open('/my/draws');
    const first = shopper.page.getByTestId('own-draw').first();
    await first.getByTestId('draw-later').waitFor();
    const kept = await shopper.page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith('raiten.seen.')));
    assert.ok(kept.length > 0, 'nothing was kept of what was shown before a play');
    await first.getByTestId('draw-figures').locator('summary').click();
    const figures = await first.getByTestId('draw-figures').innerText();
    assert.ok(kept.some(([, seen]) => seen.split(' ').every((fingerprint) => figures.includes(fingerprint))), figures);
  }];

  yield ['5q a draw of a day that is over is computed again, and a lie is found', async () => {
    const checker = await Person.meet(browser, 'checker', { lang, url: program.url, output, troubles });
    people.push(checker);
    const honest = drawn();
    let told = honest;
    await checker.page.route('**/api/v1/shopper/draws', (route) => route.fulfill({ json: { draws: [told], next: null } }));
    const verdict = async (draw, testid) => {
      told = draw;
      await checker.open('/my/draws');
      await checker.press('check-draw');
      await checker.page.getByTestId(testid).waitFor();
    };
    await verdict(honest, 'draw-fair');
    await checker.picture('draw-fair');
    await verdict({ ...honest, ticket: (honest.ticket + 1) % 1_000_000 }, 'draw-unfair');
    await verdict({ ...honest, seed_commitment: sha('another') }, 'draw-unfair');
    await verdict({ ...honest, prize_id: honest.odds.find((one) => one.prize_id !== honest.prize_id).prize_id }, 'draw-unfair');
    const dearer = honest.odds.map((one, n) => ({ ...one, ppm: one.ppm + (n === 0 ? 1 : -1) }));
    await verdict({ ...honest, odds: dearer }, 'draw-unfair');
    // The server says another seed, and that it had said so before: what this device saw is what counts.
    await checker.page.evaluate(
      ([nonce, seen]) => localStorage.setItem(`raiten.seen.${nonce}`, seen),
      [honest.client_nonce, `${sha('what was shown')} ${honest.odds_hash}`],
    );
    await verdict(honest, 'draw-unfair');
    await checker.page.evaluate(
      ([nonce, seen]) => localStorage.setItem(`raiten.seen.${nonce}`, seen),
      [honest.client_nonce, `${honest.seed_commitment} ${honest.odds_hash}`],
    );
    await verdict(honest, 'draw-fair');
  }];

  if (lang === 'ja') {
    yield ['5r a hundred thousand draws come to the same in the browser as natively', async () => {
      const checker = people.find((person) => person.name === 'checker');
      const [, digest] = readFileSync(new URL('../../../frontend/src/agree.rs', import.meta.url), 'utf8').match(/DIGEST: &str =\s+"([0-9a-f]{64})"/);
      await checker.open('/gallery/');
      await checker.press('agree-compute');
      const found = await checker.page.getByTestId('agree-digest').innerText();
      assert.equal(found.trim(), digest);
    }];
  }
}

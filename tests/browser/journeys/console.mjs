// What the owner does at the console.
import assert from 'node:assert/strict';

/** What things are called in a journey: each language makes its own. */
export const shop = (lang) =>
  lang === 'ja'
    ? { store: '丸の内ためし店', imported: '取込ためし店', campaign: '来店ためしガチャ', staff: '佐藤 花', mail: 'hana.ja@shop.example' }
    : { store: 'Marunouchi Trial Shop', imported: 'Imported Trial Shop', campaign: 'Trial Capsules', staff: 'Hana Sato', mail: 'hana.en@shop.example' };

const field = (person, name) => person.page.locator(`[name="${name}"]`);

const tick = async (person, name) => {
  await field(person, 'store_search').fill(name);
  const label = person.page.locator('label.tick').filter({ hasText: name });
  await label.first().waitFor();
  await label.first().click();
  assert.match(await person.reads('stores-selected'), /1/);
};

export async function owner(person, login) {
  person.expectNobody();
  await person.open('/console/');
  await person.sees('login-email');
  await person.picture('01-login');
  await person.type('login-email', login.email);
  await person.type('login-password', 'not the password');
  person.expect(401, '/api/v1/login');
  await person.press('login-submit');
  await person.sees('problem');
  await person.picture('02-wrong-password');
  await person.type('login-password', login.password);
  await person.press('login-submit');
  await person.sees('nav-stores');
  await person.picture('03-console');
}

export async function stores(person, names, here, file) {
  await person.press('nav-stores');
  await person.press('store-new');
  await person.type('store-name', names.store);
  await person.type('store-lat', here.latitude + 0.002);
  await person.type('store-lng', here.longitude);
  await person.picture('04-store-form');
  await person.press('store-save');
  await person.sees('saved');
  await person.sees('store-list');

  await person.press('store-import');
  await person.at('import-file').setInputFiles(file);
  await person.sees('import-preview');
  assert.match(await person.reads('import-rows'), /2/);
  await person.picture('05-import-preview');
  await person.press('import-commit');
  await person.sees('import-done');
  await person.picture('06-imported');
  await person.press('nav-stores');
  await person.type('store-search', names.imported);
  const list = person.at('store-list').locator('li').filter({ hasText: names.imported });
  await list.first().waitFor();
  assert.equal(await list.count(), 1, 'the repeat was skipped');
}

export async function campaign(person, names) {
  await person.press('nav-campaigns');
  await person.press('campaign-new');
  await person.sees('prize-row');
  await field(person, 'name').fill(names.campaign);
  await tick(person, names.store);
  // No blank: who plays wins.
  await person.press('prize-remove');
  await field(person, 'prizes[0].value').fill('300');
  await field(person, 'prizes[0].name').fill('300 円引き');
  await field(person, 'prizes[0].name_en').fill('¥300 off');
  await field(person, 'floor').fill('310');
  await field(person, 'ceiling').fill('450');
  await person.picture('07-campaign-form');
  await person.press('campaign-save');
  await person.press('campaign-publish');
  await person.sees('confirm');
  await person.press('confirm-yes');
  await person.sees('campaign-pause');
  await person.picture('08-published');
}

export async function invite(person, names) {
  await person.press('nav-staff');
  await field(person, 'email').fill(names.mail);
  await field(person, 'name').fill(names.staff);
  await tick(person, names.store);
  await person.press('invite-submit');
  const shown = await person.sees('invite-link');
  const link = (await shown.inputValue().catch(() => shown.innerText())).trim();
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/staff\/invite\/\S+$/);
  await person.picture('08-invited');
  return link;
}

/** The figures of the report's period. */
export async function figures(person) {
  await person.press('nav-report');
  const read = async (testid) => Number((await person.reads(testid)).replace(/[^\d]/g, ''));
  return {
    redeemed: await read('report-redeemed'),
    visits: await read('report-visits'),
    cost: await read('report-cost'),
  };
}

export async function report(person, before, value) {
  await person.open('/console/');
  const now = await figures(person);
  assert.deepEqual(now, {
    redeemed: before.redeemed + 1,
    visits: before.visits + 1,
    cost: before.cost + Number(value),
  });
  await person.picture('27-report');

  // Nobody more than half can be held out; nobody at all is a choice that is kept.
  await person.type('holdout-programme', '55');
  await person.press('holdout-save');
  await person.page.locator('#programme[aria-invalid="true"]').waitFor();
  await person.picture('27b-holdout');
  await person.type('holdout-programme', '0');
  await person.press('holdout-save');
  await person.sees('holdout-saved');
}

/** The activity log has the redemption, its undoing and who did both, and is downloaded. */
export async function activity(person, names, value) {
  await person.press('nav-activity');
  await person.sees('audit-entry');
  await person.press('audit-fold');
  await person.at('audit-about').selectOption('coupons');
  await person.at('audit-person').selectOption({ label: names.staff });
  await person.at('audit-store').selectOption({ label: names.store });
  const entries = person.at('audit-entry');
  const of = (action) => entries.and(person.page.locator(`[data-action="${action}"]`));
  // Nobody but the staff: what the shopper won is filtered out.
  await person.page.waitForFunction(() => !document.querySelector('[data-action="coupon-issued"]'));
  assert.equal(await of('coupon-redeemed').count(), 2, 'by digits and by camera');
  assert.equal(await of('redemption-undone').count(), 1);
  assert.equal(await entries.count(), 3, 'and nothing else');
  const redeemed = await of('coupon-redeemed').first().innerText();
  for (const word of [names.staff, names.store, `¥${value}`, '¥1,200']) {
    assert.ok(redeemed.includes(word), `${word} in ${redeemed}`);
  }
  await person.picture('28-activity');
  const [download] = await Promise.all([person.page.waitForEvent('download'), person.press('audit-export-jsonl')]);
  assert.match(download.suggestedFilename(), /^raiten-audit-\d{4}-\d\d-\d\d\.jsonl$/);
  await person.press('audit-clear');
  await of('campaign-published').first().waitFor();
}

// The console's pages and their states.
const API = '/api/v1/retailer';
const at = (page, state, who, look) => ({ page, state, who, look });

/** A page that waits, is offline or broken. */
const weathers = (page, path, api) => [
  at(page, 'loading', 'owner', async (v) => {
    await v.slow(api, 'GET');
    await v.open(path);
    await v.page.locator('.skeleton-block').first().waitFor();
  }),
  at(page, 'offline', 'owner', async (v) => {
    await v.lost(api, 'GET');
    await v.open(path, 'offline');
  }),
  at(page, 'fault', 'owner', async (v) => {
    await v.broken(api, 'GET');
    await v.open(path, 'problem');
  }),
];

const file = (text) => ({ name: 'stores.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

const GOOD = 'name,lat,lng\n'
  + Array.from({ length: 40 }, (_, i) => `みほん店 ${i + 1},${35.62 + (i % 8) * 0.017},${139.65 + Math.floor(i / 8) * 0.028}\n`).join('')
  + 'みほん店 1,35.62,139.65\nみほん店 2,35.63705,139.65002\n';

const BROKEN = `${GOOD}名前だけの店,,\n,35.6,139.7\n北極のむこう店,200,139.7\n数字でない店,35.6,ひがし\n`;

const campaign = (v) => `/console/campaigns/${v.town[v.lang].campaign.campaign_id}`;
const CAMPAIGN = `${API}/campaigns/{campaign_id}`;

async function preview(v, text) {
  await v.open('/console/stores/import', 'import-file');
  await v.at('import-file').setInputFiles(file(text));
  await v.sees('import-preview');
}

const campaignAs = (state, change) => at('campaign', state, 'owner', async (v) => {
  await v.changes(CAMPAIGN, 'GET', (c) => { change(c); });
  await v.open(campaign(v));
  await v.page.locator('.meter').first().waitFor();
});

const figuresOfNothing = (body) => {
  const none = (row) => ({ ...row, plays: 0, issued: 0, issued_value: 0, redeemed: 0, cost: 0, visits: 0 });
  return { ...body, total: none(body.total), visitors: 0, visits_per_visitor_30d_milli: null, days: body.days.map(none), stores: body.stores.map(none), frequency: [] };
};

/** What lift says, with something changed in what goes on. */
const liftAs = (state, change, seen) => at('report', state, 'owner', async (v) => {
  await v.changes(`${API}/lift`, 'GET', (body) => { for (const epoch of body.epochs) change(epoch); });
  await v.open('/console/report', seen);
  await v.sees('report-visits');
  // By hand: what a script unfolds counts as a page that jumps.
  const recorded = v.at('lift-by-recorded').locator('summary');
  if (await recorded.count()) await recorded.click();
});

const between = (estimate, low, high) => ({ estimate, low, high });

/** An analysis with another verdict and interval. */
const says = (analysis, verdict, relative) => ({
  ...analysis,
  verdict,
  anytime: { absolute: relative, relative },
});

async function evidence(v) {
  await v.open('/console/report', 'evidence');
  await v.page.evaluate(() => { document.querySelector('[data-testid="evidence"]').open = true; });
  await v.sees('plot-distribution');
}

/** What has many forms: changes from one thing to another, a long name, a sign-in that was refused, an entry that is not sealed yet. */
const ACTIVITY = (v) => {
  const ja = v.lang === 'ja';
  const at = Date.now() - 3_600_000;
  const id = (n) => `aud_0${String(n).padStart(25, '0')}`;
  const entry = (n, action, more) => ({
    entry_id: id(n),
    at: at - n * 7_000_000,
    actor_kind: 'account',
    account_id: `acc_0${'0'.repeat(25)}`,
    actor_name: ja ? '麦野 ほのか' : 'Honoka Mugino',
    action,
    about: 'campaigns',
    subject: 'cam',
    subject_name: ja ? '秋の来店ガチャ' : 'Autumn capsules',
    store_id: null,
    store_name: null,
    origin: '90ab12cd34ef5678',
    request_id: 'req_01jd8m3k5w9x7c2v4b6n8p0q1r',
    details: {},
    number: 1_204 - n,
    link: 'f9290370b6653ae772b43e53c82c05c1caf92ffb7cbdc8ea878a6b65d386093f',
    ...more,
  });
  const shop = ja ? '麦の穂 新宿店' : 'Mugi no Ho Shinjuku';
  const budget = (total) => ({ total, available: total, reserved: 0, spent: 0 });
  const prize = (value, weight, stock) => ({ prize_id: 'prz', name: '', name_en: null, value, weight, stock, stock_left: stock });
  return {
    entries: [
      entry(1, 'coupon-redeemed', {
        about: 'coupons', subject_name: null, store_name: shop, details: { value: 500, cost: 500, basket: 2_480 }, number: null, link: null,
      }),
      entry(2, 'campaign-changed', {
        details: {
          budget: [budget(100_000), budget(150_000)],
          ends_at: [at, at + 864_000_000],
          prizes: [[prize(300, 9, null), prize(500, 1, null)], [prize(300, 9, null), prize(500, 1, 40), prize(1_000, 1, 5)]],
          store_ids: [['a'], ['a', 'b', 'c']],
        },
      }),
      entry(3, 'campaign-published', { details: { status: ['draft', 'published'] } }),
      entry(4, 'store-changed', {
        about: 'stores', subject_name: null, store_name: ja ? '麦の穂 武蔵小金井駅前商店街南口店' : 'Mugi no Ho Musashi-Koganei Station South Arcade',
        details: { address: [null, ja ? '東京都小金井市本町 1 丁目' : '1 Honcho, Koganei, Tokyo'], lat: [35.7, 35.701], lng: [139.5, 139.506] },
      }),
      entry(5, 'sign-in-refused', { about: 'people', subject_name: null }),
      entry(6, 'coupons-expired', {
        about: 'coupons', actor_kind: 'system', account_id: null, actor_name: 'expire_coupons', details: { coupons: 12, released: 4_200 },
      }),
      entry(7, 'coupon-issued', { about: 'coupons', actor_kind: 'shopper', account_id: null, actor_name: null, subject_name: null, store_name: shop, details: { value: 300 } }),
    ],
    next: id(1),
  };
};

/** Opens the filters where they are folded away. */
async function unfold(v) {
  if (await v.at('audit-fold').isVisible()) await v.press('audit-fold');
}

export const CONSOLE = [
  at('console sign-in', 'as it is', 'nobody', (v) => v.open('/console/', 'login-email')),
  at('console sign-in', 'wrong password', 'nobody', async (v) => {
    await v.says('/api/v1/login', 'POST', 401, {
      type: '/problems/wrong-login',
      status: 401,
      ...(v.lang === 'ja'
        ? { title: 'メールアドレスまたはパスワードが違います', detail: '入力を確認して、もう一度お試しください。' }
        : { title: 'E-mail or password is wrong', detail: 'Check both and try again.' }),
    });
    await v.open('/console/', 'login-email');
    await v.type('login-email', 'owner@muginoho.demo.example');
    await v.type('login-password', 'not the password');
    await v.press('login-submit');
    await v.sees('problem');
  }),
  at('console sign-in', 'who is there?', 'nobody', async (v) => {
    await v.slow('/api/v1/me', 'GET');
    await v.open('/console/', 'waiting');
  }),
  at('console sign-in', 'offline', 'nobody', async (v) => {
    await v.lost('/api/v1/me', 'GET');
    await v.open('/console/', 'offline');
  }),
  at('console sign-in', 'session ended', 'owner', async (v) => {
    await v.open('/console/stores', 'store-list');
    await v.context.clearCookies();
    await v.press('nav-campaigns');
    await v.sees('session-ended');
  }),
  at('console sign-in', 'only for owners', 'staff', (v) => v.open('/console/', 'not-owner')),
  at('stores', 'list', 'owner', (v) => v.open('/console/stores', 'store-list')),
  at('stores', 'none found', 'owner', async (v) => {
    await v.open('/console/stores', 'store-list');
    await v.at('store-search').pressSequentially('zzz');
    await v.at('store-list').waitFor({ state: 'hidden' });
  }),
  at('stores', 'none yet', 'owner', async (v) => {
    await v.says(`${API}/stores`, 'GET', 200, { stores: [], total: 0, next: null });
    await v.open('/console/stores', 'stores-empty');
  }),
  ...weathers('stores', '/console/stores', `${API}/stores`),
  at('store form', 'new', 'owner', (v) => v.open('/console/stores/new', 'store-name')),
  at('store form', 'something missing', 'owner', async (v) => {
    await v.open('/console/stores/new', 'store-name');
    await v.press('store-save');
    await v.page.locator('.field-error:not(:empty)').first().waitFor();
  }),
  at('import', 'no file yet', 'owner', async (v) => {
    await v.open('/console/stores/import');
    await v.page.locator('h1').waitFor();
  }),
  at('import', 'preview', 'owner', (v) => preview(v, GOOD)),
  at('import', 'preview with errors', 'owner', async (v) => {
    await preview(v, BROKEN);
    await v.sees('import-errors');
  }),
  at('import', 'nothing new', 'owner', async (v) => {
    await v.changes(`${API}/stores/import`, 'POST', (body) => ({ ...body, imported: 0, duplicates: body.rows, near_duplicates: 0 }));
    await v.open('/console/stores/import', 'import-file');
    await v.at('import-file').setInputFiles(file(GOOD));
    await v.sees('import-nothing');
  }),
  at('import', 'being checked', 'owner', async (v) => {
    await v.slow(`${API}/stores/import`, 'POST');
    await v.open('/console/stores/import', 'import-file');
    await v.at('import-file').setInputFiles(file(GOOD));
    await v.sees('import-progress');
  }),
  at('import', 'no file of stores', 'owner', async (v) => {
    await v.open('/console/stores/import', 'import-file');
    await v.at('import-file').setInputFiles(file('a,b\n1,2\n'));
    await v.sees('import-errors');
  }),
  at('campaigns', 'list', 'owner', (v) => v.open('/console/campaigns', 'campaign-list')),
  at('campaigns', 'none yet', 'owner', async (v) => {
    await v.says(`${API}/campaigns`, 'GET', 200, { items: [] });
    await v.open('/console/campaigns', 'campaigns-empty');
  }),
  ...weathers('campaigns', '/console/campaigns', `${API}/campaigns`),
  at('campaign', 'running', 'owner', async (v) => {
    await v.open(campaign(v));
    await v.page.locator('.meter').first().waitFor();
  }),
  campaignAs('paused', (c) => Object.assign(c, { status: 'paused' })),
  campaignAs('draft', (c) => Object.assign(c, { status: 'draft', published_at: null })),
  campaignAs('over', (c) => Object.assign(c, { ends_at: Date.now() - 86_400_000 })),
  at('campaign', 'asks before publishing', 'owner', async (v) => {
    await v.changes(CAMPAIGN, 'GET', (c) => { Object.assign(c, { status: 'draft', published_at: null }); });
    await v.open(campaign(v), 'campaign-publish');
    await v.press('campaign-publish');
    await v.sees('confirm');
  }),
  at('campaign', 'basis under the law', 'owner', async (v) => {
    await v.open(`${campaign(v)}/basis`, 'basis');
    await v.sees('basis-prizes');
  }),
  at('campaign', 'basis with others beside, above the limits', 'owner', async (v) => {
    await v.changes(`${API}/campaigns`, 'GET', (list) => {
      const again = (c, n) => ({ ...c, campaign_id: `cam_01jd8w0e9s3k7m2n5p4q6r8t${n % 10}v`, budget: { ...c.budget, total: c.expected_sales } });
      list.items.push(...list.items.map(again));
    });
    await v.open(`${campaign(v)}/basis`, 'basis-beside');
  }),
  at('campaign form', 'new', 'owner', async (v) => {
    await v.open('/console/campaigns/new', 'prize-row');
    await v.sees('campaign-preview');
  }),
  at('campaign form', 'above the limits of the law', 'owner', async (v) => {
    await v.open('/console/campaigns/new', 'prize-row');
    await v.fill('prizes[0].value', '99999');
    await v.sees('law-over');
  }),
  at('campaign form', 'something wrong', 'owner', async (v) => {
    await v.open('/console/campaigns/new', 'prize-row');
    await v.fill('prizes[0].value', '90000');
    await v.press('campaign-save');
    await v.sees('form-problem');
  }),
  at('links', 'none yet', 'owner', async (v) => {
    await v.says(`${API}/links`, 'GET', 200, { links: [], partner_only: [] });
    await v.open('/console/links', 'partner-campaigns');
  }),
  at('links', 'fields wrong', 'owner', async (v) => {
    await v.open('/console/links', 'link-form');
    await v.press('link-make');
    await v.sees('form-problem');
  }),
  at('links', 'with one whose funnel is unfolded', 'owner', async (v) => {
    const link = (n, name, kind, withdrawn_at) => ({
      link_id: `lnk_01j0000000000000000000000${n}`,
      code: `0123abc${n}`,
      url: `https://raiten.example/s/0123abc${n}`,
      name,
      kind,
      campaign_id: null,
      store_id: 'sto_01j0000000000000000000000a',
      utm: { source: null, medium: null, campaign: null },
      created_at: Date.now() - 86_400_000,
      withdrawn_at,
    });
    const links = [link(1, '入口のポスター', 'poster', null), link(2, 'まちの観光協会', 'partner', null), link(3, 'Instagram', 'link', Date.now())];
    await v.says(`${API}/links`, 'GET', 200, { links, partner_only: [] });
    const step = (touchpoint, people) => ({ touchpoint, people });
    const steps = [step('arrived', 1_204), step('offered', 911), step('played', 802), step('won', 640), step('visited', 120), step('redeemed', null)];
    await v.says(`${API}/links/${links[0].link_id}/funnel`, 'GET', 200, { days: 30, opened: 2_311, steps });
    await v.open('/console/links', 'links');
    await v.page.locator('[data-testid=link-funnel] summary').first().click();
    await v.sees('funnel-steps');
    await v.press('link-withdraw');
    await v.sees('really-link-withdraw');
  }),
  at('ratings', 'not enough', 'owner', (v) => v.open('/console/ratings', 'ratings-not-enough')),
  at('ratings', 'enough', 'owner', async (v) => {
    await v.says(`${API}/ratings`, 'GET', 200, { days: 90, stars: [12, 30, 110, 410, 620] });
    await v.open('/console/ratings', 'ratings');
  }),
  at('support', 'as it is', 'owner', (v) => v.open('/console/support', 'support-form')),
  at('support', 'nobody', 'owner', async (v) => {
    await v.open('/console/support', 'support-number');
    await v.press('by-member');
    await v.type('support-number', '00-00');
    await v.press('support-look');
    await v.sees('support-nobody');
  }),
  at('support', 'somebody', 'owner', async (v) => {
    const entry = (hours, moment, campaign, by) => ({ at: Date.now() - hours * 3_600_000, moment, campaign, by });
    const name = v.lang === 'ja' ? '秋の来店ガチャ' : 'Autumn capsules';
    const entries = [entry(1, 'rated', name, null), entry(2, 'redeemed', name, null), entry(2, 'visited', null, null), entry(20, 'won', name, null), entry(20, 'played', name, null), entry(21, 'arrived', name, '入口のポスター')];
    await v.says(`${API}/timeline`, 'POST', 200, { found: true, entries });
    await v.open('/console/support', 'support-number');
    await v.type('support-number', 'ABCDEF');
    await v.press('support-look');
    await v.sees('support-found');
  }),
  at('people', 'list', 'owner', (v) => v.open('/console/staff', 'staff-list')),
  at('people', 'something missing', 'owner', async (v) => {
    await v.open('/console/staff', 'invite-submit');
    await v.press('invite-submit');
    await v.sees('form-problem');
  }),
  at('people', 'invited', 'owner', async (v) => {
    await v.says(`${API}/invitations`, 'POST', 201, v.town[v.lang].invitation);
    await v.open('/console/staff', 'invite-email');
    await v.type('invite-email', 'hana@muginoho.example');
    await v.type('invite-name', v.lang === 'ja' ? '佐藤 花' : 'Hana Sato');
    await v.page.locator('label.tick').first().click();
    await v.press('invite-submit');
    await v.sees('invite-link');
  }),
  at('messages', 'as it is', 'owner', (v) => v.open('/console/announcements', 'announcement-form')),
  at('messages', 'fields wrong', 'owner', async (v) => {
    await v.open('/console/announcements', 'announcement-form');
    await v.press('announcement-look');
    await v.sees('form-problem');
  }),
  at('messages', 'to how many', 'owner', async (v) => {
    await v.says('/api/v1/retailer/announcements/preview', 'POST', 200, { people: 1_230 });
    await v.open('/console/announcements', 'announcement-form');
    await v.type('announcement-title', '今日 16〜19 時だけ');
    await v.type('announcement-body', 'カプセルを回すと、あたたかい一杯が当たります。');
    await v.press('announcement-look');
    await v.sees('announcement-looked');
    await v.press('announcement-send');
    await v.sees('really-announcement-send');
  }),
  at('messages', 'how far they are', 'owner', async (v) => {
    const none = { failed: 0, no_consent: 0, muted: 0, held_out: 0, capped: 0, too_late: 0, stopped: 0, shown: 0, opened: 0, by: { push: 0, line: 0, mail: 0 } };
    const one = (n, status, reach) => ({
      announcement_id: `ann_01j00000000000000000000${n}0a`,
      campaign_id: 'cam_01j0000000000000000000000a',
      campaign_name: '秋の来店ガチャ',
      campaign_name_en: 'Autumn capsules',
      kind: 'time_sale',
      title: '今日 16〜19 時だけ',
      title_en: 'Only today, 16–19 h',
      body: 'あたたかい一杯が当たります。',
      body_en: null,
      segment: { within_km: 2, recency: [], birth_month: null },
      status,
      starts_at: Date.now() - 3_600_000,
      over_at: Date.now() + 3_600_000,
      created_at: Date.now() - 3_600_000,
      ended_at: null,
      reach: { ...none, ...reach },
    });
    await v.says('/api/v1/retailer/announcements', 'GET', 200, {
      items: [
        one(3, 'stopped', { people: 900, sent: 300, waiting: 0, held_out: 30, stopped: 570, shown: 200, opened: 20, by: { push: 300, line: 0, mail: 0 } }),
        one(2, 'done', { people: 12_340, sent: 9_100, waiting: 0, held_out: 1_240, capped: 1_900, failed: 100, shown: 7_000, opened: 812, by: { push: 7_900, line: 800, mail: 400 } }),
      ],
    });
    const step = (touchpoint, people) => ({ touchpoint, people });
    const steps = [step('sent', 300), step('shown', 200), step('opened', 20), step('played', 17), step('won', 17), step('visited', 12), step('redeemed', null)];
    await v.says('/api/v1/retailer/announcements/ann_01j0000000000000000000030a/funnel', 'GET', 200, { days: 7, steps });
    await v.open('/console/announcements', 'announcements');
    await v.page.locator('details.more summary').first().click();
    await v.sees('funnel-steps');
    await v.page.locator('details.more summary').nth(1).click();
  }),
  at('visits', 'as it is', 'owner', (v) => v.open('/console/visits', 'visit-imports')),
  at('visits', 'what is wrong with a file', 'owner', async (v) => {
    const errors = Array.from({ length: 3 }, (_, n) => ({ line: 1_200 + n, column: 'store', reason: 'There is no store “999”. Give the store’s number or its id.' }));
    const report = { import_id: null, rows: 12_000, imported: 0, repeats: 0, linked: 0, errors, error_count: 31, dry_run: true, encoding: 'UTF-8' };
    await v.says('/api/v1/retailer/visits/import', 'POST', 200, report);
    await v.open('/console/visits', 'visit-imports');
    await v.at('visits-file').setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from('member,store,time\n') });
    await v.sees('visits-errors');
  }),
  at('visits', 'a key', 'owner', async (v) => {
    const key = { key_id: 'key_01j0000000000000000000000a', name: '予約システム', created_at: Date.now(), last_used_on: null, withdrawn_at: null };
    await v.says('/api/v1/retailer/api-keys', 'POST', 201, { key, secret: `${key.key_id}.ret_01j0000000000000000000000a.${'x'.repeat(43)}` });
    await v.open('/console/visits', 'key-name');
    await v.type('key-name', '予約システム');
    await v.press('key-make');
    await v.sees('key-made');
  }),
  at('report', 'with goals', 'owner', async (v) => {
    await v.says('/api/v1/retailer/goals', 'GET', 200, { lift_percent: 5, yen_per_visit: 400 });
    await v.open('/console/report', 'goal-more');
  }),
  at('report', '30 days', 'owner', (v) => v.open('/console/report', 'report-visits')),
  at('report', '7 days', 'owner', async (v) => {
    await v.open('/console/report', 'period-7');
    await v.press('period-7');
    await v.sees('plot-days');
  }),
  at('report', '90 days', 'owner', async (v) => {
    await v.open('/console/report', 'period-90');
    await v.press('period-90');
    await v.page.waitForTimeout(500);
  }),
  at('report', 'read by keys', 'owner', async (v) => {
    await v.open('/console/report', 'plot-stores');
    await v.page.getByTestId('plot-stores').getByRole('slider').focus();
    await v.page.keyboard.press('ArrowRight');
    await v.page.locator('.mark-ring').waitFor();
    await v.page.getByTestId('plot-days').getByRole('slider').focus();
    await v.page.keyboard.press('End');
    await v.page.locator('.is-pointed').waitFor();
  }),
  at('report', 'tables open', 'owner', async (v) => {
    await v.open('/console/report', 'report-visits');
    await v.page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  }),
  at('report', 'nothing yet', 'owner', async (v) => {
    await v.changes(`${API}/report`, 'GET', figuresOfNothing);
    await v.open('/console/report', 'report-empty');
  }),
  at('report', 'evidence', 'owner', evidence),
  at('report', 'evidence by keys and as tables', 'owner', async (v) => {
    await evidence(v);
    await v.page.evaluate(() => document.querySelectorAll('[data-testid="evidence"] details').forEach((d) => { d.open = true; }));
    for (const plot of ['plot-distribution', 'plot-lift', 'plot-distance', 'plot-lift-map']) {
      await v.at(plot).getByRole('slider').focus();
      await v.page.keyboard.press('End');
    }
    await v.page.locator('.mark-ring').waitFor();
  }),
  at('report', 'evidence cannot be fetched', 'owner', async (v) => {
    await v.broken(`${API}/lift/{epoch_id}`, 'GET');
    await v.open('/console/report', 'evidence');
    await v.page.evaluate(() => { document.querySelector('[data-testid="evidence"]').open = true; });
    await v.sees('problem');
  }),
  at('report', 'nobody to compare', 'owner', async (v) => {
    await v.changes(`${API}/lift`, 'GET', (body) => ({ ...body, epochs: [] }));
    await v.open('/console/report', 'lift-none');
    await v.sees('report-visits');
  }),
  liftAs('too early', (e) => Object.assign(e, { exposed: null, exposed_ratio: null, imported: null, recorded: null, needed: null, money: null, pre_period: null, before_and_after: null, detection_gap: null }), 'lift-early'),
  liftAs('recorded visits only', (e) => Object.assign(e, { imported: null, needed: null, money: null, pre_period: null, before_and_after: null }), 'lift-early'),
  liftAs('clear lift', (e) => Object.assign(e, { imported: says(e.imported, 'up', between(0.38, 0.12, 0.71)) }), 'lift-price'),
  liftAs('fewer visits', (e) => Object.assign(e, { imported: says(e.imported, 'down', between(-0.21, -0.38, -0.04)) }), 'lift-imported'),
  liftAs('no effect', (e) => Object.assign(e, { imported: says(e.imported, 'no_effect', between(0.004, -0.031, 0.042)) }), 'lift-imported'),
  liftAs('cannot tell, for long', (e) => Object.assign(e, {
    imported: says(e.imported, 'cannot_tell', between(0.08, null, null)),
    needed: { findable: 0.62, wanted: 0.1, shoppers: 1_234_567, at: null },
    money: { ...e.money, yen_per_visit: { estimate: 120, region: { kind: 'anywhere' } }, returned: { estimate: 1, region: { kind: 'outside', below: -3, above: 2 } } },
  }), 'lift-wait'),
  liftAs('withheld', (e) => Object.assign(e, { needed: null, money: null, imported: { ...e.imported, verdict: 'withheld', srm: { p: 0, e_value: 48_210 } } }), 'lift-imported'),
  ...weathers('report', '/console/report', `${API}/report`),
  at('activity', 'list', 'owner', (v) => v.open('/console/activity', 'audit-entry')),
  at('activity', 'what changed', 'owner', async (v) => {
    await v.says(`${API}/audit`, 'GET', 200, ACTIVITY(v));
    await v.open('/console/activity', 'audit-older');
  }),
  at('activity', 'filtered', 'owner', async (v) => {
    await v.open('/console/activity', 'audit-entry');
    await unfold(v);
    await v.at('audit-about').selectOption('campaigns');
    await v.page.locator('[data-action^="campaign-"]').first().waitFor();
    await v.sees('audit-clear');
  }),
  at('activity', 'nothing matches', 'owner', async (v) => {
    await v.open('/console/activity', 'audit-entry');
    await unfold(v);
    await v.type('audit-until', '2020-01-01');
    await v.at('audit-until').dispatchEvent('change');
    await v.sees('audit-none-found');
  }),
  at('activity', 'days in the wrong order', 'owner', async (v) => {
    await v.open('/console/activity', 'audit-entry');
    await unfold(v);
    await v.type('audit-until', '2026-01-01');
    await v.at('audit-until').dispatchEvent('change');
    await v.type('audit-from', '2026-01-02');
    await v.at('audit-from').dispatchEvent('change');
    await v.sees('problem');
  }),
  at('activity', 'none yet', 'owner', async (v) => {
    await v.says(`${API}/audit`, 'GET', 200, { entries: [], next: null });
    await v.open('/console/activity', 'audit-empty');
  }),
  ...weathers('activity', '/console/activity', `${API}/audit`),
  at('gallery', 'as it is', 'nobody', (v) => v.open('/gallery/', 'gallery-marks')),
  at('unknown console page', 'as it is', 'owner', async (v) => {
    await v.open('/console/nowhere');
    await v.page.locator('main h1').waitFor();
  }),
];

// The shopper's pages and their states. Each entry: page, state, who looks, and how one gets there.
import { drawn } from '../ground/drawn.mjs';

const API = '/api/v1/shopper';
const COUPONS = `${API}/coupons`;
const ONE_COUPON = `${API}/coupons/{retailer_id}/{coupon_id}`;
const PASS = `${ONE_COUPON}/pass`;

const playPath = ({ retailer_id, campaign_id, store_id }) => `/play/${retailer_id}/${campaign_id}/${store_id}`;
const play = (v) => playPath(v.town[v.lang].machine);
const couponPath = ({ retailer_id, coupon_id }) => `/wallet/${retailer_id}/${coupon_id}`;
const firstCoupon = (v) => v.town[v.lang].wallet.find((c) => c.status === 'issued');

const at = (page, state, who, look, more = {}) => ({ page, state, who, look, ...more });

/** The view inside LINE, and Safari on an iPhone: how they say who they are. */
const LINE = { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.19.1' };
const IPHONE = { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1' };

/** How messages are set up, where a server has e-mail and LINE too. */
const settings = (mail, line, push_since = null) => ({
  push_since,
  browsers: push_since ? 1 : 0,
  push_key: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  mail,
  line: { friend_url: null, ...line },
  text_version: 1,
  per_week: 3,
  birth_month: null,
  muted: [],
  contacts: [],
});
const mailbox = (state) => ({ address: { address: 'a-rather-long-name.of-somebody@mail.example.co.jp', state, since: Date.now() - 3_600_000 } });
const byMailAndLine = (state, sees, mail, line, push_since) => at('messages', state, 'collector', async (v) => {
  await v.page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'default' }));
  await v.says(`${API}/contact`, 'GET', 200, settings(mail, line, push_since));
  await v.open('/my/contact', sees);
});

/** What the worker answers without a network: the last answer, and when it was given. */
const asOf = async (v, path) => v.when(path, 'GET', async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, headers: { ...response.headers(), 'x-raiten-as-of': String(Date.now() - 25 * 60_000) } });
});

/** Something that the page's shell notices: a mark on the root and a word to the program. */
const shell = (v, mark) => v.page.evaluate((name) => {
  document.documentElement.setAttribute(name, '');
  dispatchEvent(new Event('raiten-shell'));
}, mark);

const noPosition = (kind) => at('where', kind, 'nobody', async (v) => {
  await v.position(kind);
  await v.open('/', 'consent-location');
  await v.press('consent-location');
  await v.sees('no-position');
});

/** The wallet's first coupon as it would be after something happened to it. */
const couponAs = (state, change) => at('coupon', state, 'collector', async (v) => {
  await v.changes(ONE_COUPON, 'GET', (coupon) => { change(coupon); });
  await v.open(couponPath(firstCoupon(v)), 'coupon-ended');
});

/** Turns the machine to an outcome that the town really drew before. */
const outcome = (state, which) => at('play', state, 'player', async (v) => {
  const { result } = v.town[v.lang][which];
  await v.says(`${API}/plays`, 'POST', 200, result);
  await v.open(play(v), 'play-button');
  await v.press('play-button');
  await v.sees('outcome');
});

/** The same with another size of prize: the largest or the smallest of the table, or none. */
const sized = (state, pick, left) => at('play', state, 'player', async (v) => {
  const { offer, result } = v.town[v.lang].won;
  const lines = offer.odds.toSorted((a, b) => b.value - a.value);
  const line = pick(lines);
  const coupon = line.value > 0 ? { ...result.coupon, value: line.value, prize_name: line.name } : null;
  // Rare enough to be a big one, whatever the town's table says.
  const odds = offer.odds.map((l) => (l.prize_id === lines[0].prize_id ? { ...l, ppm: 10_000, ppm_low: 10_000 } : l));
  await v.changes(`${API}/offers`, 'POST', (now) => ({ ...now, odds }));
  await v.says(`${API}/plays`, 'POST', 200, { ...result, coupon, prize_id: line.prize_id, prize_name: line.name, value: line.value, plays_left: left });
  await v.open(play(v), 'play-button');
  await v.press('play-button');
  await v.sees('outcome');
});

/** So many shops around, of which some are played out, some close together. */
const crowd = (count) => at('nearby', `${count} shops`, 'player', async (v) => {
  await v.changes(`${API}/nearby`, 'POST', ({ stores }) => {
    // Scattered the same way every time (Numerical Recipes' generator), densest in the middle.
    let seed = 5;
    const scatter = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32 - 0.5;
    };
    return {
      stores: Array.from({ length: count }, (_, i) => {
        const [store] = stores;
        const campaign = { ...store.campaigns[0], plays_left: i % 5 === 3 ? 0 : 2, top_value: [300, 500, 1_000, 2_000][i % 4] };
        const store_id = `sto_01j000000000000000000${String(i).padStart(5, '0')}`;
        return { ...store, store_id, lat: store.lat + (scatter() + scatter()) * 0.03, lng: store.lng + (scatter() + scatter()) * 0.04, campaigns: [campaign] };
      }),
    };
  });
  await v.open('/', 'store-card');
});

/** Turns the machine to a refusal or to none at all. */
const turned = (state, weather, testid) => at('play', state, 'player', async (v) => {
  await weather(v);
  await v.open(play(v), 'play-button');
  await v.press('play-button');
  await v.sees(testid);
});

export const SHOPPER = [
  at('start', 'welcome', 'nobody', (v) => v.open('/', 'consent-location')),
  at('start', 'no session: offline', 'nobody', async (v) => {
    await v.lost(`${API}/session`, 'POST');
    await v.open('/', 'offline');
  }),
  at('start', 'no session: fault', 'nobody', async (v) => {
    await v.broken(`${API}/session`, 'POST');
    await v.open('/', 'problem');
  }),
  at('start', 'cookies refused', 'nobody', async (v) => {
    await v.when('/api/v1/areas', 'GET', (route) => route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/not-signed-in', title: '-', status: 401, detail: '-' }),
    }));
    await v.open('/', 'choose-area');
    await v.press('choose-area');
    await v.sees('no-cookies');
  }),
  at('start', 'inside LINE', 'nobody', (v) => v.open('/', 'in-app'), LINE),
  at('start', 'a newer version', 'player', async (v) => {
    await v.open('/', 'store-card');
    await shell(v, 'data-newer');
    await v.sees('update-offer');
  }),
  at('where', 'denied inside LINE', 'nobody', async (v) => {
    await v.position('denied');
    await v.open('/', 'consent-location');
    await v.press('consent-location');
    await v.sees('no-position');
    await v.sees('in-app');
  }, LINE),
  at('where', 'stations: offline', 'nobody', async (v) => {
    await v.lost('/api/v1/areas', 'GET');
    await v.open('/', 'choose-area');
    await v.press('choose-area');
    await v.sees('offline');
  }),
  at('where', 'stations', 'nobody', async (v) => {
    await v.open('/', 'choose-area');
    await v.press('choose-area');
    await v.sees('area-shinjuku');
  }),
  at('where', 'no such station', 'nobody', async (v) => {
    await v.open('/', 'choose-area');
    await v.press('choose-area');
    // Key by key: what a list does under the reader's own typing is no shift.
    await v.at('area-search').pressSequentially('zzz');
    await v.at('area-shinjuku').waitFor({ state: 'hidden' });
  }),
  at('where', 'locating', 'nobody', async (v) => {
    await v.position('pending');
    await v.open('/', 'consent-location');
    await v.press('consent-location');
    await v.page.locator('.spinner').waitFor();
  }),
  noPosition('denied'),
  noPosition('unavailable'),
  noPosition('timeout'),
  noPosition('unsupported'),
  at('nearby', 'rough position', 'nobody', async (v) => {
    await v.position('rough');
    await v.open('/', 'consent-location');
    await v.press('consent-location');
    await v.sees('poor-accuracy');
    await v.sees('store-card');
  }),
  at('nearby', 'here', 'nobody', async (v) => {
    await v.open('/', 'consent-location');
    await v.press('consent-location');
    await v.sees('store-card');
  }),
  at('nearby', 'a station', 'player', (v) => v.open('/', 'store-card')),
  at('nearby', 'changing the place', 'player', async (v) => {
    await v.open('/', 'store-card');
    await v.press('change-place');
    await v.sees('consent-location');
  }),
  at('nearby', 'nothing near', 'player', async (v) => {
    await v.says(`${API}/nearby`, 'POST', 200, { stores: [] });
    await v.open('/', 'no-stores');
  }),
  at('nearby', 'one shop, played', 'player', async (v) => {
    await v.changes(`${API}/nearby`, 'POST', (body) => {
      const [store] = body.stores;
      return { ...body, stores: [{ ...store, campaigns: store.campaigns.map((c) => ({ ...c, plays_left: 0 })) }] };
    });
    await v.open('/', 'store-card');
  }),
  crowd(1),
  crowd(24),
  crowd(200),
  at('nearby', 'picked in the picture', 'player', async (v) => {
    await v.open('/', 'store-card');
    await v.page.locator('[data-mark]').last().dispatchEvent('click');
    await v.page.locator('.store-selected').first().waitFor();
  }),
  at('nearby', 'loading', 'player', async (v) => {
    await v.slow(`${API}/nearby`, 'POST');
    await v.open('/');
    await v.page.locator('.skeleton-block').first().waitFor();
  }),
  at('nearby', 'offline', 'player', async (v) => {
    await v.lost(`${API}/nearby`, 'POST');
    await v.open('/', 'offline');
  }),
  at('nearby', 'fault', 'player', async (v) => {
    await v.broken(`${API}/nearby`, 'POST');
    await v.open('/', 'problem');
  }),
  at('play', 'odds', 'player', (v) => v.open(play(v), 'play-button')),
  at('play', 'loading', 'player', async (v) => {
    await v.slow(`${API}/offers`, 'POST');
    await v.open(play(v));
    await v.page.locator('.skeleton-block').first().waitFor();
  }),
  at('play', 'turning', 'player', async (v) => {
    await v.slow(`${API}/plays`, 'POST');
    await v.open(play(v), 'play-button');
    await v.press('play-button');
    await v.page.locator('.machine-turning').waitFor();
  }),
  at('play', 'answer slow', 'player', async (v) => {
    await v.slow(`${API}/plays`, 'POST');
    await v.open(play(v), 'play-button');
    await v.press('play-button');
    await v.sees('play-slow');
  }),
  at('play', 'turning, without motion', 'player', async (v) => {
    await v.page.emulateMedia({ reducedMotion: 'reduce' });
    await v.slow(`${API}/plays`, 'POST');
    await v.open(play(v), 'play-button');
    await v.press('play-button');
    await v.page.locator('.machine-turning').waitFor();
  }),
  outcome('won', 'won'),
  sized('a big prize', (lines) => lines[0], 1),
  sized('a small prize', (lines) => lines.findLast((l) => l.value > 0), 1),
  sized('the last turn, nothing won', (lines) => ({ ...lines.at(-1), value: 0 }), 0),
  outcome('nothing won', 'lost'),
  turned('odds changed', async (v) => {
    const { offer } = v.town[v.lang].won;
    const { machine } = v.town[v.lang];
    await v.when(`${API}/plays`, 'POST', (route) => route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/odds-changed', title: '-', status: 409, detail: '-', offer: { ...offer, ...machine, next_play: 1 } }),
    }));
  }, 'odds-changed'),
  turned('answer lost', (v) => v.lost(`${API}/plays`, 'POST'), 'result-lost'),
  turned('fault', (v) => v.broken(`${API}/plays`, 'POST'), 'problem'),
  at('play', 'all turns used', 'player', async (v) => {
    await v.changes(`${API}/offers`, 'POST', (offer) => ({ ...offer, next_play: null, plays_left: 0 }));
    await v.open(play(v));
    await v.page.locator('.play-none').waitFor();
  }),
  at('play', 'offline', 'player', async (v) => {
    await v.lost(`${API}/offers`, 'POST');
    await v.open(play(v), 'offline');
  }),
  at('play', 'campaign over', 'player', async (v) => {
    await v.says(`${API}/offers`, 'POST', 409, { type: '/problems/campaign-not-running', title: '-', status: 409, detail: '-' });
    await v.open(play(v), 'not-running');
  }),
  at('play', 'no such campaign', 'player', async (v) => {
    const id = '01j0000000000000000000000a';
    await v.open(playPath({ retailer_id: `ret_${id}`, campaign_id: `cam_${id}`, store_id: `sto_${id}` }), 'not-running');
  }),
  at('wallet', 'empty', 'player', (v) => v.open('/wallet', 'no-coupons')),
  at('wallet', 'coupons', 'collector', (v) => v.open('/wallet', 'coupon')),
  at('wallet', 'finished ones too', 'collector', async (v) => {
    const DAY = 86_400_000;
    await v.changes(COUPONS, 'GET', ({ items }) => {
      const now = Date.now();
      const [a, b, c, d] = items;
      a.valid_until = now + DAY / 4;
      if (b) b.valid_until = now + 1.5 * DAY;
      if (c) Object.assign(c, { status: 'redeemed', redeemed_at: now - DAY });
      if (d) Object.assign(d, { status: 'expired', valid_until: now - DAY });
    });
    await v.open('/wallet', 'coupon');
  }),
  at('wallet', 'loading', 'player', async (v) => {
    await v.slow(COUPONS, 'GET');
    await v.open('/wallet');
    await v.page.locator('.skeleton-block').first().waitFor();
  }),
  at('wallet', 'offline', 'player', async (v) => {
    await v.lost(COUPONS, 'GET');
    await v.open('/wallet', 'offline');
  }),
  at('wallet', 'offline, as last known', 'collector', async (v) => {
    await asOf(v, COUPONS);
    await v.open('/wallet', 'as-of');
  }),
  at('wallet', 'to the home screen', 'collector', async (v) => {
    await v.open('/wallet', 'coupon');
    await shell(v, 'data-installable');
    await v.sees('install-card');
  }),
  at('wallet', 'to the home screen of an iPhone', 'collector', (v) => v.open('/wallet', 'install-steps'), IPHONE),
  at('wallet', 'inside LINE', 'collector', (v) => v.open('/wallet', 'in-app'), LINE),
  at('wallet', 'fault', 'player', async (v) => {
    await v.broken(COUPONS, 'GET');
    await v.open('/wallet', 'problem');
  }),
  at('coupon', 'to show', 'collector', (v) => v.open(couponPath(firstCoupon(v)), 'coupon-digits')),
  at('coupon', 'its pass on the way', 'collector', async (v) => {
    await v.slow(PASS, 'POST');
    await v.open(couponPath(firstCoupon(v)), 'pass-wait');
  }),
  at('coupon', 'its pass without a connection', 'collector', async (v) => {
    await v.lost(PASS, 'POST');
    await v.open(couponPath(firstCoupon(v)), 'pass-offline');
  }),
  couponAs('used', (c) => Object.assign(c, { status: 'redeemed', redeemed_at: Date.now() - 3_600_000 })),
  couponAs('expired', (c) => Object.assign(c, { status: 'expired', valid_until: Date.now() - 3_600_000 })),
  couponAs('withdrawn', (c) => Object.assign(c, { status: 'voided' })),
  at('coupon', 'not on this phone', 'player', async (v) => {
    await v.open(couponPath(firstCoupon(v)));
    await v.page.locator('.empty').waitFor();
  }),
  at('coupon', 'offline', 'collector', async (v) => {
    await v.lost(ONE_COUPON, 'GET');
    await v.open(couponPath(firstCoupon(v)), 'offline');
  }),
  at('coupon', 'offline, as last known', 'collector', async (v) => {
    await asOf(v, ONE_COUPON);
    await v.open(couponPath(firstCoupon(v)), 'as-of');
  }),
  at('about', 'as it is', 'player', (v) => v.open('/about')),
  at('about', 'position agreed to', 'nobody', async (v) => {
    await v.open('/', 'consent-location');
    await v.press('consent-location');
    await v.sees('store-card');
    await v.open('/about', 'withdraw-consent');
  }),
  at('card', 'to show', 'collector', (v) => v.open('/my/', 'member-code')),
  at('card', 'with stamps', 'collector', async (v) => {
    const one = (retailer_name, stamps) => ({ retailer_id: 'ret_01j0000000000000000000000a', retailer_name, stamps, last_at: Date.now() - 86_400_000 });
    await v.says(`${API}/stamps`, 'GET', 200, { items: [one('麦の穂ベーカリー', 12), one('A name that is rather long for a phone', 1)] });
    await v.open('/my/', 'member-code');
    await v.page.locator('.my-stamps').first().waitFor();
  }),
  at('card', 'asked how it was', 'collector', async (v) => {
    const question = {
      retailer_id: 'ret_01j0000000000000000000000a',
      redemption_id: 'red_01j0000000000000000000000a',
      retailer_name: '喫茶ライテン',
      store_name: '渋谷店',
      redeemed_at: Date.now() - 86_400_000,
    };
    await v.says('/api/v1/shopper/rating-question', 'POST', 200, { question });
    await v.open('/my/', 'rating');
  }),
  at('card', 'a few words', 'collector', async (v) => {
    const question = {
      retailer_id: 'ret_01j0000000000000000000000a',
      redemption_id: 'red_01j0000000000000000000000a',
      retailer_name: '喫茶ライテン',
      store_name: '渋谷店',
      redeemed_at: Date.now() - 86_400_000,
    };
    await v.says('/api/v1/shopper/rating-question', 'POST', 200, { question });
    await v.when(`/api/v1/shopper/ratings/${question.retailer_id}/${question.redemption_id}`, 'PUT', (route) => route.fulfill({ status: 204 }));
    await v.open('/my/', 'rating');
    await v.press('star-4');
    await v.sees('rated');
  }),
  at('card', 'offline', 'collector', async (v) => {
    await v.lost(`${API}/member-code`, 'POST');
    await v.open('/my/', 'offline');
  }),
  at('check-in', 'done', 'collector', async (v) => {
    await v.says(`${API}/check-ins`, 'POST', 200, { retailer_name: '麦の穂ベーカリー', store_name: '新宿店', at: Date.now(), goes_on: true });
    await v.open('/my/check-in#ret_01j0000000000000000000000a.SABC', 'checked-in');
  }),
  at('check-in', 'refused', 'collector', (v) => v.open('/my/check-in#ret_01j0000000000000000000000a.SABC', 'problem')),
  at('check-in', 'without a code', 'collector', (v) => v.open('/my/check-in', 'no-check-in')),
  at('messages', 'off', 'collector', async (v) => {
    await v.page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'default' }));
    await v.open('/my/contact', 'contact-allow');
  }),
  at('messages', 'on an iPhone without the home screen', 'collector', async (v) => {
    await v.page.addInitScript(() => {
      delete window.PushManager;
      Object.defineProperty(navigator, 'standalone', { value: false });
    });
    await v.open('/my/contact', 'contact-unable');
  }),
  at('messages', 'refused by the browser', 'collector', async (v) => {
    await v.page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }));
    await v.open('/my/contact', 'contact-unable');
  }),
  at('messages', 'on, with what was sent', 'collector', async (v) => {
    await v.page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'granted' }));
    const retailer = (id, name) => ({ retailer_id: `ret_01j000000000000000000000${id}`, name });
    const sent = (id, of, reason, located_at) => ({
      contact_id: `con_01j000000000000000000000${id}`,
      retailer: of,
      reason,
      channel: 'push',
      located_at,
      sent_at: Date.now() - 86_400_000,
      opened_at: null,
    });
    const [ours, long] = [retailer('0a', '麦の穂ベーカリー'), retailer('0b', 'A name that is rather long for a phone')];
    await v.says(`${API}/contact`, 'GET', 200, {
      push_since: Date.now() - 9 * 86_400_000,
      browsers: 2,
      push_key: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      text_version: 1,
      per_week: 2,
      birth_month: null,
      muted: [long],
      contacts: [sent('0a', ours, 'time_sale', Date.now() - 3 * 86_400_000), sent('0b', long, 'near_you', null)],
    });
    await v.open('/my/contact', 'contact-sent');
  }),
  byMailAndLine('by mail and LINE, nothing told yet', 'mail-ask', { address: null }, { since: null }),
  byMailAndLine('an address that waits for its answer', 'mail-unconfirmed', mailbox('unconfirmed'), { since: null }),
  byMailAndLine('by every way', 'contact-stop-all', mailbox('confirmed'), { since: Date.now() - 86_400_000 }, Date.now() - 9 * 86_400_000),
  byMailAndLine('an address from which things come back', 'mail-bounced', mailbox('bounced'), { since: null }),
  at('messages', 'a code for LINE', 'collector', async (v) => {
    await v.says(`${API}/contact`, 'GET', 200, settings({ address: null }, { since: null }));
    await v.says(`${API}/contact/line`, 'PUT', 200, { code: 'ABCD2345', expires_at: Date.now() + 900_000, friend_url: 'https://line.me/R/ti/p/@raiten' });
    await v.open('/my/contact', 'line-ask');
    await v.press('line-ask');
    await v.sees('line-code');
  }),
  at('draws', 'none yet', 'nobody', (v) => v.open('/my/draws', 'no-draws')),
  at('draws', 'of today and of a day that is over', 'collector', async (v) => {
    const today = { ...drawn(), draw_id: 'drw_01jd8w0e9s3k7m2n5p4q6r8t1v', seed: null, drawn_at: Date.now(), seed_from: Date.now() + 9 * 3_600_000 };
    await v.says(`${API}/draws`, 'GET', 200, { draws: [today, drawn()], next: drawn().draw_id });
    await v.open('/my/draws', 'older-draws');
    await v.press('check-draw');
    await v.sees('draw-fair');
    await v.page.getByTestId('draw-figures').last().locator('summary').click();
  }),
  at('draws', 'one that is a lie', 'collector', async (v) => {
    const honest = drawn();
    await v.says(`${API}/draws`, 'GET', 200, { draws: [{ ...honest, ticket: (honest.ticket + 1) % 1_000_000 }], next: null });
    await v.open('/my/draws', 'check-draw');
    await v.press('check-draw');
    await v.sees('draw-unfair');
  }),
  at('history', 'as it is', 'collector', async (v) => {
    await v.open('/my/history', 'kept-cells');
    await v.page.locator('.my-member summary').first().click();
  }),
  at('history', 'before it is erased', 'collector', async (v) => {
    await v.open('/my/history', 'history-erase');
    await v.press('history-erase');
    await v.sees('erase-warning');
  }),
  at('unknown page', 'as it is', 'player', async (v) => {
    await v.open('/nowhere');
    await v.page.locator('.empty').waitFor();
  }),
];

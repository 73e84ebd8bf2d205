// The till's pages and their states.
const TILL = '/api/v1/till';
const at = (page, state, who, look) => ({ page, state, who, look });

/** The digits that the collector's screen shows now for a coupon of this till's store. */
const digits = async (v) => {
  const { collector, wallet } = v.town[v.lang];
  const { retailer_id, coupon_id } = wallet.find((c) => c.status === 'issued' && /麦の穂.*新宿/.test(c.store_name));
  return (await collector.ask('POST', `/api/v1/shopper/coupons/${retailer_id}/${coupon_id}/pass`)).short_code;
};

/** Stands at the till of the first store. */
async function atTill(v) {
  await v.open('/staff/');
  const store = v.at('till-store');
  await store.or(v.at('till-scan')).first().waitFor();
  if (await store.isVisible()) await store.click();
  await v.sees('till-scan');
}

async function lookUp(v) {
  await atTill(v);
  await v.type('till-code', await digits(v));
  await v.press('till-lookup');
}

const problem = (slug, status, more = {}) => ({ type: `/problems/${slug}`, title: '-', status, detail: '-', ...more });

const words = {
  already_redeemed: { ja: 'このクーポンは使用済みです。11月24日 18:05、麦の穂ベーカリー 渋谷店で使われました。', en: 'This coupon was used on 24 Nov at 18:05, at 麦の穂ベーカリー 渋谷店.' },
  expired: { ja: '11月20日に期限が切れました。', en: 'It expired on 20 Nov.' },
  other_store: { ja: '麦の穂ベーカリー 池袋店だけで使えるクーポンです。', en: 'It can be used at 麦の穂ベーカリー 池袋店 only.' },
  stale_pass: { ja: 'この画面は古くなっています。クーポンの画面を開いて、いまの QR コードか 8 けたの番号をお見せください。', en: 'This screen is too old. Open the coupon and show the QR code or the eight digits of this moment.' },
  voided: { ja: 'お店の都合で取り消されたクーポンです。', en: 'The retailer has withdrawn this coupon.' },
};

const refused = (reason, more) => at('till', `refused: ${reason.replaceAll('_', ' ')}`, 'staff', async (v) => {
  const refusal = { reason, sentence: words[reason][v.lang], ...more };
  await v.changes(`${TILL}/lookup`, 'POST', (coupon) => ({ ...coupon, refusal }));
  await lookUp(v);
  await v.sees('till-no');
});

const redeemed = (v) => ({
  redemption_id: 'red_01j0000000000000000000000a',
  coupon_id: v.town[v.lang].wallet[0].coupon_id,
  store_id: v.town[v.lang].machine.store_id,
  prize_name: v.lang === 'ja' ? '500円引き' : '¥500 off',
  value: 500,
  cost: 500,
  basket: 1_200,
  code_tail: 'K7QF',
  staff_name: '青木 みお',
  redeemed_at: Date.now() - 60_000,
  undo_until: Date.now() + 9 * 60_000,
  reversed_at: null,
});

const redeem = async (v) => {
  await lookUp(v);
  await v.sees('till-value');
  await v.type('till-basket', '1200');
  await v.press('till-redeem');
};

/** No camera, for a reason that browsers give. */
const camera = (name) => at('till', `camera: ${name}`, 'staff', async (v) => {
  await v.context.addInitScript((why) => {
    const devices = { getUserMedia: () => Promise.reject(new DOMException('', why)), enumerateDevices: async () => [] };
    Object.defineProperty(navigator, 'mediaDevices', { get: () => devices });
  }, name);
  await atTill(v);
  await v.press('till-scan');
  await v.sees('camera-problem');
});

const stamped = (state, goes_on) => at('till', state, 'staff', async (v) => {
  await v.says(`${TILL}/stamps`, 'POST', 200, { at: Date.now(), stamps: 7, goes_on });
  await atTill(v);
  await v.type('till-code', `M${'0'.repeat(55)}`);
  await v.press('till-lookup');
  await v.sees('till-stamped');
});

export const TILLS = [
  stamped('stamp given', false),
  stamped('stamp given before', true),
  at('screen', 'as it is', 'staff', async (v) => {
    await atTill(v);
    await v.open('/staff/screen', 'store-code');
  }),
  at('till sign-in', 'as it is', 'nobody', (v) => v.open('/staff/', 'login-email')),
  at('till sign-in', 'wrong password', 'nobody', async (v) => {
    await v.open('/staff/', 'login-email');
    await v.type('login-email', 'staff@muginoho.demo.example');
    await v.type('login-password', 'not the password');
    await v.says('/api/v1/login', 'POST', 401, problem('wrong-login', 401, v.lang === 'ja'
      ? { title: 'メールアドレスまたはパスワードが違います', detail: '入力を確認して、もう一度お試しください。' }
      : { title: 'E-mail or password is wrong', detail: 'Check both and try again.' }));
    await v.press('login-submit');
    await v.sees('problem');
  }),
  at('till sign-in', 'offline', 'nobody', async (v) => {
    await v.lost('/api/v1/me', 'GET');
    await v.open('/staff/', 'offline');
  }),
  at('invitation', 'as it is', 'nobody', (v) => v.open(new URL(v.town[v.lang].invitation.link).pathname, 'invite-password')),
  at('invitation', 'something missing', 'nobody', async (v) => {
    await v.open(new URL(v.town[v.lang].invitation.link).pathname, 'invite-password');
    await v.type('invite-password', 'short');
    await v.press('invite-accept');
    await v.page.locator('.field-error:not(:empty)').first().waitFor();
  }),
  at('invitation', 'over', 'nobody', async (v) => {
    await v.open('/staff/invite/ret_01j0000000000000000000000a.0123456789abcdefghijklmnopqrstuvwxyz', 'problem');
  }),
  at('till', 'which store', 'staff', (v) => v.open('/staff/', 'till-store')),
  at('till', 'ready', 'staff', atTill),
  at('till', 'mistyped', 'staff', async (v) => {
    await atTill(v);
    await v.type('till-code', '234567');
    await v.press('till-lookup');
    await v.page.locator('.field-error:not(:empty)').first().waitFor();
  }),
  at('till', 'looking', 'staff', async (v) => {
    await v.slow(`${TILL}/lookup`, 'POST');
    await lookUp(v);
    await v.page.locator('.spinner').waitFor();
  }),
  at('till', 'worth', 'staff', async (v) => {
    await lookUp(v);
    await v.sees('till-value');
  }),
  at('till', 'amount missing', 'staff', async (v) => {
    await lookUp(v);
    await v.sees('till-value');
    await v.press('till-redeem');
    await v.page.locator('#basket[aria-invalid=true]').waitFor();
  }),
  at('till', 'redeemed', 'staff', async (v) => {
    await v.says(`${TILL}/redemptions`, 'POST', 200, redeemed(v));
    await redeem(v);
    await v.sees('till-yes');
  }),
  at('till', 'undone', 'staff', async (v) => {
    await v.says(`${TILL}/redemptions`, 'POST', 200, redeemed(v));
    await v.says(`${TILL}/redemptions/{redemption_id}/undo`, 'POST', 200, { ...redeemed(v), reversed_at: Date.now() });
    await redeem(v);
    await v.press('till-undo');
    await v.sees('till-undone');
  }),
  refused('already_redeemed', { at: Date.now() - 86_400_000, store_name: '麦の穂ベーカリー 渋谷店' }),
  refused('expired', { at: Date.now() - 5 * 86_400_000 }),
  refused('other_store', { store_name: '麦の穂ベーカリー 池袋店' }),
  refused('voided', {}),
  refused('stale_pass', {}),
  at('till', 'unknown code', 'staff', async (v) => {
    await v.says(`${TILL}/lookup`, 'POST', 404, problem('unknown-code', 404, v.lang === 'ja'
      ? { title: 'このコードのクーポンはありません', detail: 'コードを確かめて、もう一度入力してください。' }
      : { title: 'No coupon has this code', detail: 'Check the code and type it again.' }));
    await lookUp(v);
    await v.sees('till-no');
  }),
  at('till', 'nobody knows', 'staff', async (v) => {
    await v.lost(`${TILL}/redemptions`, 'POST');
    await redeem(v);
    await v.sees('till-unsure');
  }),
  camera('NotAllowedError'),
  camera('NotFoundError'),
  at('till', 'the camera looks', 'staff', async (v) => {
    await v.context.grantPermissions(['camera', 'geolocation']);
    await atTill(v);
    await v.press('till-scan');
    await v.sees('till-scan-stop');
  }),
  at('till', 'offline', 'staff', async (v) => {
    await atTill(v);
    await v.context.setOffline(true);
    await v.sees('till-offline');
  }),
  at('today', 'nothing yet', 'staff', async (v) => {
    await v.says(`${TILL}/redemptions`, 'GET', 200, { items: [] });
    await atTill(v);
    await v.press('nav-today');
    await v.page.locator('.empty').waitFor();
  }),
  at('today', 'some', 'staff', async (v) => {
    const one = redeemed(v);
    const before = { ...one, redemption_id: 'red_01j0000000000000000000000b', redeemed_at: Date.now() - 3_600_000, undo_until: 0 };
    await v.says(`${TILL}/redemptions`, 'GET', 200, { items: [one, before, { ...before, redemption_id: 'red_01j0000000000000000000000c', reversed_at: Date.now() - 3_500_000 }] });
    await atTill(v);
    await v.press('nav-today');
    await v.sees('till-today');
  }),
  at('today', 'fault', 'staff', async (v) => {
    await v.broken(`${TILL}/redemptions`, 'GET');
    await atTill(v);
    await v.press('nav-today');
    await v.sees('problem');
  }),
  at('unknown till page', 'as it is', 'staff', (v) => v.open('/staff/nowhere', 'not-found')),
  at('till settings', 'as it is', 'staff', (v) => v.open('/staff/settings', 'till-stores')),
];

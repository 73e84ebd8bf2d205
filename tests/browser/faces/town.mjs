// The demo town on a database of its own, and people of it whose sessions a look can borrow.
import assert from 'node:assert/strict';
import { HERE } from './stage.mjs';

/** One caller of the API with the cookies it was given. */
export class Caller {
  jar = new Map();

  constructor(url, lang) {
    Object.assign(this, { url, lang });
  }

  async ask(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        accept: 'application/json',
        'accept-language': this.lang,
        cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      this.jar.set(name, value);
    }
    const answer = response.status === 204 ? null : await response.json();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  cookies() {
    return [...this.jar].map(([name, value]) => ({ name, value, url: this.url }));
  }
}

const SHOPPER = '/api/v1/shopper';

/** The coarse cell of a position, as the device would send it: 30″ by 45″. */
const cellOf = ({ latitude, longitude }) => `${Math.floor((latitude + 90) * 120)}-${Math.floor((longitude + 180) * 80)}`;

/** What is near 新宿 for a shopper. */
const around = async (caller) => (await caller.ask('POST', `${SHOPPER}/nearby`, { cell: cellOf(HERE), radius_km: 5 })).stores;

/** A new shopper who looks around 新宿 and whom nobody holds out: the first dozen tell how many campaigns there are to be offered. */
async function shopper(town, lang) {
  for (let tries = 0; ; tries += 1) {
    assert.ok(tries < 100, 'somebody is held out by nobody');
    const caller = new Caller(town.url, lang);
    await caller.ask('POST', `${SHOPPER}/session`);
    const offered = new Set((await around(caller)).flatMap((store) => store.campaigns.map((campaign) => campaign.campaign_id))).size;
    town.campaigns = Math.max(town.campaigns ?? 0, offered);
    if (tries < 12 && !town.counted) continue;
    town.counted = true;
    if (offered < town.campaigns) continue;
    await caller.ask('PUT', `${SHOPPER}/area`, { area_id: 'shinjuku' });
    return caller;
  }
}

const hex = (bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');

/** Turns a machine once: the offer and what came of it. */
async function turn(caller, { retailer_id, campaign_id, store_id }) {
  const offer = await caller.ask('POST', `${SHOPPER}/offers`, { retailer_id, campaign_id, store_id });
  if (!offer.next_play) return { offer };
  const play = { retailer_id, campaign_id, store_id, odds_hash: offer.odds_hash, play_number: offer.next_play, client_nonce: hex(16) };
  const result = await caller.ask('POST', `${SHOPPER}/plays`, play, { 'idempotency-key': hex(16) });
  return { offer, result };
}

/** Everything that looks need of a town in one language. Plays are random, so it goes on until each kind has turned up. */
export async function settle(town, lang) {
  const player = await shopper(town, lang);
  const stores = await around(player);
  const machines = stores.flatMap((store) => store.campaigns.map((campaign) => ({ ...store, ...campaign, store_name: store.name })));
  assert.ok(machines.length >= 3, `the town has machines near 新宿: ${machines.length}`);
  const tillStore = (machine) => /新宿|渋谷/.test(machine.store_name);
  let won;
  let lost;
  let collector;
  // Five shoppers in a row without three coupons and a blank: less than one in a million.
  for (let tries = 0; tries < 30 && !(won && lost && collector); tries += 1) {
    const someone = await shopper(town, lang);
    let coupons = 0;
    for (const machine of machines.slice(0, 6)) {
      for (let i = 0; i < 3; i += 1) {
        const { offer, result } = await turn(someone, machine);
        if (!result) break;
        if (result.coupon) {
          won ??= { offer, result };
          coupons += 1;
        } else {
          lost ??= { offer, result };
        }
      }
    }
    const wallet = await someone.ask('GET', `${SHOPPER}/coupons`);
    if (coupons >= 4 && wallet.items.some((c) => /麦の穂.*新宿/.test(c.store_name))) collector ??= someone;
  }
  assert.ok(won && lost && collector, 'a win, a blank and a full wallet');
  const machine = machines.find(tillStore);
  assert.ok(machine, 'a machine of a till’s store');
  const wallet = await collector.ask('GET', `${SHOPPER}/coupons`);
  const owner = await signIn(town, lang, 'owner@muginoho.demo.example');
  const staff = await signIn(town, lang, 'staff@muginoho.demo.example');
  const invitation = await owner.ask('POST', '/api/v1/retailer/invitations', {
    email: `hana.${lang}@muginoho.example`,
    name: lang === 'ja' ? '佐藤 花' : 'Hana Sato',
    store_ids: [(await owner.ask('GET', '/api/v1/me')).stores[0]?.store_id ?? machine.store_id],
  });
  const { items: campaigns } = await owner.ask('GET', '/api/v1/retailer/campaigns');
  return { player, collector, owner, staff, machine, won, lost, wallet: wallet.items, invitation, campaign: campaigns[0] };
}

async function signIn(town, lang, email) {
  const caller = new Caller(town.url, lang);
  await caller.ask('POST', '/api/v1/login', { email, password: 'raiten-demo' });
  return caller;
}

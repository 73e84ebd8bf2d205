// A shopper without a browser: goes the way of the pages by the API, for pages that show what must have happened before.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';

export class Visitor {
  /** A new session near a station of the list. */
  static async arrive(url, areaId) {
    const visitor = new Visitor();
    visitor.url = url;
    await visitor.ask('POST', '/shopper/session');
    await visitor.ask('PUT', '/shopper/area', { area_id: areaId });
    const areas = await visitor.ask('GET', '/areas');
    visitor.area = areas.items.find((area) => area.area_id === areaId);
    return visitor;
  }

  async ask(method, path, body) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'accept-language': 'ja',
        'idempotency-key': randomUUID(),
        ...(this.cookie && { cookie: `${this.cookie.name}=${this.cookie.value}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const [first] = answer.headers.getSetCookie();
    if (first) {
      const [name, value] = first.split(';')[0].split('=');
      this.cookie = { name, value };
    }
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** What is near, as `[store, campaign]`. The cell is 30″ by 45″, counted from the south pole and from 180° west. */
  async near() {
    const row = Math.floor(this.area.lat * 120) + 90 * 120;
    const column = Math.floor(this.area.lng * 80) + 180 * 80;
    const { stores } = await this.ask('POST', '/shopper/nearby', { cell: `${row}-${column}`, radius_km: 5 });
    return stores.flatMap((store) => store.campaigns.map((campaign) => [store, campaign]));
  }

  /** Plays what is near until something is won; the coupon and the page of a game that has a turn left. */
  async win() {
    let coupon;
    let game;
    for (const [store, campaign] of await this.near()) {
      const ids = { retailer_id: store.retailer_id, campaign_id: campaign.campaign_id, store_id: store.store_id };
      if (coupon) {
        game ??= campaign.plays_left > 0 && campaign.campaign_id !== coupon.campaign_id ? ids : undefined;
        continue;
      }
      for (;;) {
        const offer = await this.ask('POST', '/shopper/offers', { ...ids, position: null });
        if (!offer.next_play) break;
        const result = await this.ask('POST', '/shopper/plays', {
          ...ids,
          odds_hash: offer.odds_hash,
          play_number: offer.next_play,
          client_nonce: randomBytes(16).toString('hex'),
        });
        if (result.coupon) {
          coupon = { ...result.coupon, campaign_id: campaign.campaign_id };
          break;
        }
      }
    }
    assert.ok(coupon, 'something was won near the station');
    assert.ok(game, 'another game is near the station');
    return {
      coupon: `/wallet/${coupon.retailer_id}/${coupon.coupon_id}`,
      game: `/play/${game.retailer_id}/${game.campaign_id}/${game.store_id}`,
    };
  }
}

// An honest draw of a day that is over, computed from docs/fairness.md alone.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';

export const sha = (data) => createHash('sha256').update(data).digest('hex');
const lines = (...parts) => parts.map((part) => `${part}\n`).join('');

/** As `GET /api/v1/shopper/draws` gives it. */
export function drawn() {
  const seed = createHash('sha256').update('the seed of a journey').digest();
  const campaign_id = 'cam_01jd8w0e9s3k7m2n5p4q6r8t0v';
  const drawer = sha('a pseudonym').slice(0, 32);
  const odds = [
    { prize_id: 'prz_01jd8w0e9s0000000000000001', name: 'はずれ', value: 0, ppm: 600000 },
    { prize_id: 'prz_01jd8w0e9s0000000000000002', name: '珈琲 1 杯', value: 300, ppm: 400000 },
  ];
  const client_nonce = 'a-nonce-of-a-journey';
  const table = odds.map((one) => `${one.prize_id} ${one.value} ${one.ppm}`);
  const odds_hash = sha(lines('raiten-odds-v2', campaign_id, drawer, 20779, ...table));
  const mac = createHmac('sha256', seed).update(lines('raiten-draw-v2', campaign_id, drawer, 1, client_nonce, odds_hash, 0)).digest();
  assert.ok(mac.readUInt32BE(0) < 4_294_000_000, 'another seed is needed: the first word is rejected');
  const ticket = mac.readUInt32BE(0) % 1_000_000;
  const won = ticket < odds[0].ppm ? odds[0] : odds[1];
  return {
    draw_id: 'drw_01jd8w0e9s3k7m2n5p4q6r8t0v', retailer_id: 'ret_01jd8w0e9s3k7m2n5p4q6r8t0v', retailer_name: '喫茶ライテン', campaign_id,
    campaign_name: '秋の来店ガチャ', day: '2026-11-22', day_number: 20779, drawn_at: 1795320000000, version: 2, drawer, play_number: 1, client_nonce, odds, odds_hash,
    ticket, prize_id: won.prize_id, prize_name: won.name, value: won.value, seed_commitment: sha(seed), seed: seed.toString('hex'),
    seed_from: 1795360200000,
  };
}

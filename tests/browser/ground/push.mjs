// A push service on this machine, and what a browser's own needs to believe that it has one: Chromium asks Google for a number and an address at its
// service, over three addresses that can be set when it is started. Messages are read here by Node's own cryptography.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const KEY_BYTES = 65;

/** Removes a browser's folder, in which its processes may write for a moment after it is closed. One that stays harms nobody. */
async function discard(folder) {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch {
      await setTimeout(200);
    }
  }
  console.log(`left behind: ${folder}`);
}

export class PushService {
  /** What was posted here: `{ name, headers, body }`. */
  got = [];

  static async start() {
    const service = new PushService();
    service.server = createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => service.answer(request, Buffer.concat(parts), response));
    });
    await new Promise((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    service.origin = `http://127.0.0.1:${service.server.address().port}`;
    return service;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  answer({ method, url, headers }, body, response) {
    const send = (status, content = '') => response.writeHead(status).end(content);
    if (url.startsWith('/push/')) {
      this.got.push({ name: url.slice('/push/'.length), method, headers, body });
      return send(201);
    }
    // AndroidCheckinResponse: it is all right (1), a number (7) and a secret (8) for this browser.
    if (url === '/checkin') {
      return send(200, Buffer.concat([Buffer.from([0x08, 1, 0x39]), randomBytes(8), Buffer.from([0x41]), randomBytes(8)]));
    }
    if (url === '/register') return send(200, `token=${randomBytes(12).toString('hex')}`);
    return send(404);
  }

  /** Chromium with a profile of its own, which push needs, and with this service for Google's. Its clock is where it is about noon. */
  async openBrowser(executable, { lang, url }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'raiten-push-'));
    const offset = 12 - new Date().getUTCHours();
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: executable,
      headless: true,
      // Registering is work in the background.
      ignoreDefaultArgs: ['--disable-background-networking'],
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-component-update',
        '--disable-sync',
        `--gcm-checkin-url=${this.origin}/checkin`,
        `--gcm-registration-url=${this.origin}/register`,
        `--gcm-mcs-endpoint=https://${new URL(this.origin).host}`,
      ],
      baseURL: url,
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      locale: lang === 'ja' ? 'ja-JP' : 'en-GB',
      // The names of these zones have their signs the other way round.
      timezoneId: offset === 0 ? 'Etc/UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`,
    });
    context.once('close', () => discard(folder));
    return context;
  }
}

/** The keys of a browser that is none: what is sent to it can be read here. */
export class Receiver {
  constructor(service, name) {
    this.ecdh = createECDH('prime256v1');
    this.ecdh.generateKeys();
    this.secret = randomBytes(16);
    this.endpoint = `${service.origin}/push/${name}`;
  }

  input(pushKey, zone, textVersion) {
    return {
      endpoint: this.endpoint,
      p256dh: this.ecdh.getPublicKey('base64url'),
      auth: this.secret.toString('base64url'),
      push_key: pushKey,
      zone,
      text_version: textVersion,
    };
  }

  /** RFC 8291 backwards. */
  read(body) {
    const salt = body.subarray(0, 16);
    const theirs = body.subarray(21, 21 + KEY_BYTES);
    const derive = (key, mixed, info, length) => Buffer.from(hkdfSync('sha256', key, mixed, info, length));
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), theirs]);
    const key = derive(this.ecdh.computeSecret(theirs), this.secret, info, 32);
    const contentKey = derive(key, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(key, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const record = body.subarray(21 + KEY_BYTES);
    const cipher = createDecipheriv('aes-128-gcm', contentKey, nonce);
    cipher.setAuthTag(record.subarray(-16));
    const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
    // A two ends the last record, and zeros fill it up.
    const end = plain.lastIndexOf(2);
    return plain.subarray(0, end).toString();
  }
}

/** What is claimed of who sends, if the signature is that of the key. */
export function claims(authorization, pushKey) {
  const [, signed, signature, key] = /^vapid t=([^,]+)\.([^.,]+), k=(.+)$/.exec(authorization);
  const point = Buffer.from(pushKey, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const good = verify(
    'sha256',
    Buffer.from(signed),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  return good && key === pushKey ? JSON.parse(Buffer.from(signed.split('.')[1], 'base64url')) : undefined;
}

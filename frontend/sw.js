// The shopper's worker. It opens the pages where there is no connection, and keeps the wallet as it was last seen.
//
// It shows what is sent to this browser, and tells what became of it. It answers three kinds of GET: pages of the shopper's, bundled files
// (a hash of the content is in the name), the wallet. All else is the browser's business: no POST is touched, nothing below /my/,
// /staff/, /console/ or the rest of /api/, and nothing is kept that tells where somebody was.
//
// BUILD (`{ version, files }`: the shopper's own bundled files) is written above this by the build. The version is one of the
// files, the page and this text, so a new one comes in whole or not at all.

const SHELL = `shell-${BUILD.version}`;
const WALLET = 'wallet';
const LIST = '/api/v1/shopper/coupons';
const NOT_OURS = /^\/(my|staff|console|api|s|healthz|readyz|metrics)(\/|$)/;
const HASHED = /[-_.][0-9a-f]{12,16}[-_.][^/]*$/;
/** Milliseconds for the network to answer, before what is kept is shown. */
const PAGE_PATIENCE = 2_500;
const WALLET_PATIENCE = 3_000;

/** Whether a page made of these files (those without a hash do not count) is of this version. */
const isOurs = (files) => {
  const hashed = files.filter((file) => HASHED.test(file));
  return hashed.length > 0 && hashed.every((file) => BUILD.files.includes(file));
};

/** What a promise gives, if it gives it in time. */
const within = (limit, promise) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(resolve, limit))]).catch(() => undefined);

self.addEventListener('install', (event) => event.waitUntil(install()));

async function install() {
  try {
    const cache = await caches.open(SHELL);
    const page = await fetch('/', { cache: 'no-cache' });
    const html = await page.clone().text();
    // Neither half of the next version, nor the page by which a hotel's network asks for a name.
    const names = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1]);
    if (!page.ok || page.redirected || !isOurs(names)) throw new Error('the page is of another version');
    await Promise.all([cache.put('/', page), ...BUILD.files.map((file) => take(cache, file))]);
  } catch (error) {
    // The browser tries again at another time.
    await caches.delete(SHELL).catch(() => {});
    throw error;
  }
}

async function take(cache, file) {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  await cache.put(file, answer);
}

self.addEventListener('activate', (event) => event.waitUntil(activate()));

async function activate() {
  await self.registration.navigationPreload?.enable().catch(() => {});
  await tidy().catch(() => {});
  await self.clients.claim();
}

/** Shells of earlier versions go, unless a page is open that may need their files; even then only the two latest stay. */
async function tidy() {
  const shells = (await caches.keys()).filter((name) => name.startsWith('shell-'));
  // In the order in which they came: behind ours there may be one that is just arriving.
  const earlier = shells.slice(0, shells.indexOf(SHELL));
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const gone = pages.length > 0 ? earlier.slice(0, -2) : earlier;
  await Promise.all(gone.map((name) => caches.delete(name)));
}

// A waiting worker hears from a page of which files it is made. If they are this version's, the page is already a new one and
// nothing is in the way; else the page may offer the change to whoever reads it.
self.addEventListener('message', (event) => {
  const { files, take: wanted } = event.data ?? {};
  if (wanted || (files && isOurs(files))) event.waitUntil(self.skipWaiting());
  else if (files) event.source?.postMessage({ newer: true });
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname === LIST || pathname.startsWith(`${LIST}/`)) event.respondWith(wallet(event, pathname));
  else if (NOT_OURS.test(pathname)) return;
  else if (HASHED.test(pathname)) event.respondWith(file(request));
  // A path that ends like a file's is no page.
  else if (request.mode === 'navigate' && !/\.[^/]{1,11}$/.test(pathname)) event.respondWith(page(event));
});

/** The page of the server, which is the newest; the kept one where it does not come. */
async function page(event) {
  const asked = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  event.waitUntil(asked.catch(() => {}));
  const answer = await within(PAGE_PATIENCE, asked);
  if (answer && answer.status < 500) return answer;
  const kept = await caches.match('/', { cacheName: SHELL, ignoreVary: true }).catch(() => undefined);
  return kept ?? answer ?? asked;
}

/** A file never changes under its name: whichever version kept it, it is the same. */
async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true }).catch(() => undefined);
  return kept ?? fetch(request);
}

/** The wallet as it is; where it cannot be had, as it was, with the moment for which that holds. */
async function wallet(event, path) {
  const asked = fetch(event.request);
  // A full or forbidden storage keeps nothing, and the answer is as good.
  event.waitUntil(asked.then((answer) => keep(path, answer.clone())).catch(() => {}));
  const answer = await within(WALLET_PATIENCE, asked);
  if (answer && answer.status < 500) return answer;
  const kept = await remembered(path).catch(() => undefined);
  return kept ?? answer ?? asked;
}

async function keep(path, answer) {
  // Another shopper, or nobody any more: what was kept is not theirs.
  if (answer.status === 401) return void (await caches.delete(WALLET));
  const cache = await caches.open(WALLET);
  if (path !== LIST) {
    if (answer.ok) await cache.put(path, answer);
    else if (answer.status === 404) await cache.delete(path);
  } else if (answer.ok) {
    await cache.put(LIST, answer);
    // It has every coupon, and is newer than what was kept of one.
    const others = (await cache.keys()).filter((key) => new URL(key.url).pathname !== LIST);
    await Promise.all(others.map((key) => cache.delete(key)));
  }
}

async function remembered(path) {
  const cache = await caches.open(WALLET);
  const find = (key) => cache.match(key, { ignoreVary: true });
  const pathOf = (coupon) => `${LIST}/${coupon.retailer_id}/${coupon.coupon_id}`;
  const list = await find(LIST);
  const items = list ? (await list.clone().json()).items : [];
  if (path === LIST) {
    if (!list) return undefined;
    // A coupon that was opened after the list was read is known better.
    const newer = await Promise.all(items.map(async (coupon) => (await find(pathOf(coupon)))?.json() ?? coupon));
    return asOf(list, { items: newer });
  }
  const one = await find(path);
  if (one) return asOf(one, await one.clone().json());
  const coupon = items.find((item) => pathOf(item) === path);
  return coupon && asOf(list, coupon);
}

/** With the server's clock of the kept answer: the phone's may have been set since. */
const asOf = (kept, body) =>
  new Response(JSON.stringify(body), {
    headers: {
      'content-type': 'application/json',
      'x-raiten-as-of': String(Date.parse(kept.headers.get('date')) || Date.now()),
    },
  });

// --- messages to this browser ---

const CONTACT = '/api/v1/shopper/contact';

self.addEventListener('push', (event) => event.waitUntil(show(event.data)));

/** Always shows something: what stays unseen costs the permission, and on an iPhone the subscription. */
async function show(data) {
  let message = {};
  try {
    message = data.json();
  } catch {
    // Nothing, or nothing of ours.
  }
  const { contact_id, tag = 'raiten', lang = 'ja', title = '来店 Raiten', body = '', path = '/', stop } = message;
  await self.registration.showNotification(title, {
    body,
    // One about the same takes the place of the one before, without a sound.
    tag,
    lang,
    icon: '/icons/icon-192.png',
    badge: '/icons/icon-192.png',
    data: { contact_id, path },
    actions: stop ? [{ action: 'stop', title: stop }] : [],
  });
  await tell(contact_id, 'shown');
}

/** Says what became of a message; without a connection nobody hears of it. */
async function tell(contact_id, what) {
  if (!contact_id) return;
  const body = JSON.stringify({ event: what });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${CONTACT}s/${contact_id}`, { method: 'POST', headers, body }).catch(() => {});
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { contact_id, path } = event.notification.data ?? {};
  event.waitUntil(event.action === 'stop' ? stop() : open(contact_id, path));
});

/** To where it leads: in a window that is there, or in a new one. Only a path of ours. */
async function open(contact_id, path) {
  const where = new URL(path ?? '/', self.location.origin);
  if (where.origin !== self.location.origin) return;
  const told = tell(contact_id, 'opened');
  // Never in the place of a till or a console.
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages.find(({ url }) => !/^\/(staff|console)(\/|$)/.test(new URL(url).pathname));
  const moved = await page?.navigate(where.href).catch(() => undefined);
  await (moved ? moved.focus().catch(() => {}) : self.clients.openWindow(where.href));
  await told;
}

/** One press ends all messages, by whichever way. Where that cannot be said now, the page is opened on which it can. */
async function stop() {
  const answer = await fetch(CONTACT, { method: 'DELETE' }).catch(() => undefined);
  if (!answer?.ok) return void (await self.clients.openWindow('/my/contact'));
  const subscription = await self.registration.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

// The browser has another address by now, or none: it is told, if messages are still wanted.
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()));

async function renew() {
  const answer = await fetch(CONTACT);
  if (!answer.ok) return;
  const { push_since, push_key, text_version } = await answer.json();
  if (!push_since) return;
  const manager = self.registration.pushManager;
  // One by another key of ours would be in the way.
  await (await manager.getSubscription())?.unsubscribe();
  const { endpoint, keys } = (await manager.subscribe({ userVisibleOnly: true, applicationServerKey: push_key })).toJSON();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const body = JSON.stringify({ endpoint, ...keys, push_key, zone, text_version });
  await fetch(`${CONTACT}/push`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
}

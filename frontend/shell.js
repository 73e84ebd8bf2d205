// What is around the shopper's page: the worker that opens it without a connection, a newer version, a place on the home screen.
// Kept out of the program, which it would make heavier. The program reads the marks on <html> (`data-newer`, `data-installable`,
// `data-copied`), hears of changes by the event `raiten-shell`, and asks by `raiten-take`, `raiten-install`, `raiten-copy` and
// `raiten-forget`.
const root = document.documentElement;
const mark = (name, on) => {
  root.toggleAttribute(`data-${name}`, on);
  dispatchEvent(new Event('raiten-shell'));
};

// A program that does not start leaves the first picture standing: it says so, and how to go on.
const late = () => document.querySelector('.splash')?.classList.add('splash-late');
addEventListener('error', late, true);
addEventListener('unhandledrejection', late);

// Chromium asks once, when it likes; it is asked for when somebody presses the button.
let installing;
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  installing = event;
  mark('installable', true);
});
addEventListener('appinstalled', () => mark('installable', false));
addEventListener('raiten-install', () => {
  mark('installable', false);
  installing?.prompt().catch(() => {});
});

addEventListener('raiten-copy', async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    mark('copied', true);
  } catch {
    // Views inside of other apps often have no clipboard: the address stands there to be selected.
    mark('uncopied', true);
  }
});

// What was won is kept at once, not when the wallet is opened: the shop may be down the stairs, where there is no signal. The
// answer passes through the worker, which keeps it.
if (navigator.serviceWorker && self.PerformanceObserver) {
  new PerformanceObserver((seen) => {
    if (!seen.getEntries().some(({ name }) => name.endsWith('/api/v1/shopper/plays'))) return;
    fetch('/api/v1/shopper/coupons', { headers: { 'accept-language': root.lang } }).catch(() => {});
  }).observe({ type: 'resource' });
}

// What watches the stores near comes once the position may be used, and not with the page.
addEventListener('raiten-near', async () => {
  const [program, wasm, href] = document.querySelector('meta[name="raiten-near"]')?.content.split(' ') ?? [];
  if (!program) return;
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href, className: 'part' }));
  const { default: start } = await import(program);
  await start({ module_or_path: wasm });
}, { once: true });

// Somebody else uses this browser now.
addEventListener('raiten-forget', () => self.caches?.delete('wallet').catch(() => {}));

const worker = navigator.serviceWorker;

async function register() {
  const registration = await worker.register('/sw.js', { updateViaCache: 'none' });
  const files = [...document.querySelectorAll('link[href]:not(.part), script[src]')]
    .map((element) => new URL(element.href || element.src).pathname);
  const ask = () => registration.waiting?.postMessage({ files });
  const follow = (next) => next?.addEventListener('statechange', ask);
  worker.addEventListener('message', ({ data }) => data?.newer && mark('newer', true));
  worker.startMessages();
  registration.addEventListener('updatefound', () => follow(registration.installing));
  follow(registration.installing);
  ask();

  addEventListener('raiten-take', () => {
    const next = registration.waiting;
    // Taken in another window already: then a new page is all that is missing.
    if (!next) return location.reload();
    worker.addEventListener('controllerchange', () => location.reload());
    next.postMessage({ take: true });
    setTimeout(() => location.reload(), 3_000);
  });

  // Pages stay open for days. By the clock that cannot be set.
  let looked = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || performance.now() - looked < 1_800_000) return;
    looked = performance.now();
    registration.update().catch(() => {});
  });
}

// Not before the first screen has everything it needs. Private windows and embedded views may have no workers: they do without.
const begin = () => setTimeout(() => register().catch(() => {}), worker.controller ? 0 : 1_500);
if (worker) {
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin);
}

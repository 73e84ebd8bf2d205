// Where pages are looked at: a town that lives, people in it, and the weather: no network, faults, slow answers, no position.
import { watchShifts } from './checks.mjs';

export const VIEWS = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
  // A desktop at 200 %: half as many CSS pixels.
  zoomed: { viewport: { width: 640, height: 400 } },
};

/** 新宿: the liveliest place of the town. */
export const HERE = { latitude: 35.6896, longitude: 139.7006, accuracy: 20 };

const FAULT = {
  ja: { title: 'サーバーで問題が起きました', detail: '少し待ってから、もう一度お試しください。続く場合は受付番号をお知らせください。' },
  en: { title: 'Something went wrong on our side', detail: 'Wait a moment and try again. If it goes on, tell us the request id.' },
};

/** A position that the device does not simply give: `code` as in PositionError, or none at all. */
const POSITIONS = {
  denied: { code: 1 },
  unavailable: { code: 2 },
  timeout: { code: 3 },
  pending: {},
  unsupported: null,
  rough: { accuracy: 3_000 },
};

/** One look at one state of one page: a browser of its own, so that nothing is left from the look before. */
export class Visit {
  constructor(page, { lang, town, who, view }) {
    Object.assign(this, { page, lang, town, who, view });
  }

  static async begin(browser, { lang, view, town, who, jar, agent }) {
    const context = await browser.newContext({
      baseURL: town.url,
      ...VIEWS[view],
      locale: lang === 'ja' ? 'ja-JP' : 'en-GB',
      timezoneId: 'Asia/Tokyo',
      colorScheme: 'light',
      ...(agent ? { userAgent: agent } : {}),
      geolocation: HERE,
      permissions: ['geolocation'],
      // What a worker answers cannot be made to fail from here.
      serviceWorkers: 'block',
    });
    if (jar) await context.addCookies(jar);
    await context.addInitScript(watchShifts);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const visit = new Visit(page, { lang, town, who, view });
    visit.context = context;
    visit.faults = [];
    page.on('pageerror', (error) => visit.faults.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) visit.faults.push(`console: ${text}`);
    });
    return visit;
  }

  async end() {
    await this.context.close();
  }

  // The weather. `path` is an API path as it is written in the program; a `{…}` in it stands for anything.
  static matches(path, method) {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]*\}/g, '[^/?]+')}$`);
    return (url, request) => pattern.test(new URL(url).pathname) && (!method || request.method() === method);
  }

  async when(path, method, act) {
    const fits = Visit.matches(path, method);
    await this.page.route((url) => fits(url, { method: () => method }), async (route) => {
      if (method && route.request().method() !== method) return route.fallback();
      return act(route);
    });
  }

  /** An answer that does not come. */
  slow(path, method) {
    return this.when(path, method, () => {});
  }

  /** No network. */
  lost(path, method) {
    return this.when(path, method, (route) => route.abort('internetdisconnected'));
  }

  /** A fault of the server. */
  broken(path, method) {
    return this.says(path, method, 500, { ...FAULT[this.lang], type: '/problems/internal', status: 500, request_id: 'req_01jd8m3k5w9x7c2v4b6n8p0q1r' });
  }

  /** A given answer. */
  says(path, method, status, body) {
    const contentType = status < 400 ? 'application/json' : 'application/problem+json';
    return this.when(path, method, (route) => route.fulfill({ status, contentType, body: JSON.stringify(body) }));
  }

  /** The real answer, with something changed. */
  changes(path, method, change) {
    return this.when(path, method, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      await route.fulfill({ response, json: change(body) ?? body });
    });
  }

  /** What is kept on the device before the page opens. */
  keeps(key, value) {
    return this.context.addInitScript(([k, v]) => localStorage.setItem(k, v), [key, value]);
  }

  position(kind) {
    return this.context.addInitScript(
      ([position, here]) => {
        const geolocation = position === null ? undefined : {
          getCurrentPosition(found, failed) {
            if (position.code) failed({ code: position.code, message: '', PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 });
            else if (position.accuracy) found({ coords: { ...here, ...position }, timestamp: Date.now() });
          },
          watchPosition() { return 0; },
          clearWatch() {},
        };
        Object.defineProperty(navigator, 'geolocation', { get: () => geolocation });
      },
      [POSITIONS[kind], HERE],
    );
  }

  // Acting.
  at(testid) {
    return this.page.getByTestId(testid).first();
  }

  async open(path, testid) {
    await this.page.goto(path);
    if (testid) await this.sees(testid);
  }

  sees(testid) {
    return this.at(testid).waitFor({ state: 'visible' });
  }

  press(testid) {
    return this.at(testid).click();
  }

  type(testid, text) {
    return this.at(testid).fill(String(text));
  }

  fill(name, text) {
    return this.page.locator(`[name="${name}"]`).first().fill(String(text));
  }
}

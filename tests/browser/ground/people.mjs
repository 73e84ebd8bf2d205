// People with a phone each, in one Chromium; whatever goes wrong on their pages is collected and fails the run.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** Tokyo station's Marunouchi side. */
export const HERE = { latitude: 35.6812, longitude: 139.7671, accuracy: 20 };

const WAIT = 15_000;

export async function openBrowser(executable, cameraFile) {
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile}`,
    ],
  });
}

export class Person {
  /** A context and a page of one's own: phone viewport, a language, a position in Tokyo; or what `context` says instead; or a context that is open. */
  static async meet(browser, name, { lang, url, output, troubles, context = {}, opened }) {
    const person = new Person();
    Object.assign(person, { name, lang, url, output, troubles });
    person.context = opened ?? await browser.newContext({
      baseURL: url,
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      locale: lang === 'ja' ? 'ja-JP' : 'en-GB',
      timezoneId: 'Asia/Tokyo',
      geolocation: HERE,
      permissions: ['geolocation', 'camera'],
      ...context,
    });
    // What the browser itself reports against the content security policy, also where nothing is printed.
    await person.context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP ${event.effectiveDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    person.page = (opened && person.context.pages()[0]) || await person.context.newPage();
    person.page.setDefaultTimeout(WAIT);
    person.watch();
    return person;
  }

  watch() {
    /** Refusals that a step provokes on purpose: `status path`. */
    this.expected = [];
    /** Without a connection, on purpose. */
    this.cutOff = false;
    const trouble = (what) => this.troubles.push(`${this.lang} ${this.name}: ${what}`);
    this.page.on('pageerror', (error) => trouble(`page error: ${error.message}`));
    this.page.on('console', (message) => {
      // Chromium prints failed requests without saying which; they are collected below with their address.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        trouble(`console: ${message.text()}`);
      }
      if (message.type() === 'warning' && /content.security|integrity/i.test(message.text())) {
        trouble(`console: ${message.text()}`);
      }
    });
    this.page.on('requestfailed', (request) => {
      if (this.cutOff) return;
      // A page that is left cancels what it was still asking for.
      const reason = request.failure()?.errorText;
      if (reason !== 'net::ERR_ABORTED') trouble(`request failed: ${request.url()} ${reason}`);
    });
    this.page.on('response', (response) => {
      const { pathname, origin } = new URL(response.url());
      if (origin !== this.url) trouble(`request to another site: ${response.url()}`);
      if (response.status() < 400) return;
      const seen = `${response.status()} ${pathname}`;
      const known = this.expected.findIndex((wanted) => seen === wanted);
      if (known >= 0) this.expected.splice(known, 1);
      else trouble(`request refused: ${seen}`);
    });
  }

  /** Says that the next step is refused, and how. */
  expect(status, pathname) {
    this.expected.push(`${status} ${pathname}`);
  }

  /** A program that opens without a session asks who is there once, and learns that it is nobody. */
  expectNobody() {
    this.expect(401, '/api/v1/me');
  }

  at(testid) {
    return this.page.getByTestId(testid);
  }

  async open(pathname) {
    await this.page.goto(pathname);
  }

  async press(testid) {
    await this.at(testid).first().click();
  }

  async type(testid, text) {
    await this.at(testid).first().fill(String(text));
  }

  async sees(testid) {
    await this.at(testid).first().waitFor({ state: 'visible' });
    return this.at(testid).first();
  }

  async reads(testid) {
    return (await (await this.sees(testid)).innerText()).trim();
  }

  /** A picture of the whole page for people to look at; also notes a page that is wider than the phone. */
  async picture(name) {
    const folder = path.join(this.output, this.lang);
    mkdirSync(folder, { recursive: true });
    await this.page.waitForTimeout(250);
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) this.troubles.push(`${this.lang} ${this.name}: ${name} is ${wide} px wider than the phone`);
    const lang = await this.page.evaluate(() => document.documentElement.lang);
    if (lang !== this.lang) this.troubles.push(`${this.lang} ${this.name}: ${name} says lang="${lang}"`);
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

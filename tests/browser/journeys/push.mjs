// Messages to a browser that is not open: allowed after reading what will come, announced at the console, encrypted, shown, opened and ended.
import assert from 'node:assert/strict';
import { Person } from '../ground/people.mjs';
import { Receiver, claims } from '../ground/push.mjs';
import { shop } from './console.mjs';

const CONTACT = '/api/v1/shopper/contact';

export function* push(ground) {
  const { lang, executable, program, service, output, troubles, people } = ground;
  const names = shop(lang);
  const words =
    lang === 'ja'
      ? { title: '今日 16〜19 時だけ', body: 'あたたかい一杯が当たります。', area: 'tokyo', near: 'エリア（東京）' }
      : { title: 'Only today, 16–19 h', body: 'Win a warm cup.', area: 'tokyo', near: 'Tokyo, the area you chose' };
  let reader;
  let receiver;
  let settings;
  let message;
  let worker;

  yield ['5j messages are asked for by a press, and not before', async () => {
    const context = await service.openBrowser(executable, { lang, url: program.url });
    reader = await Person.meet(null, 'reader', { lang, url: program.url, output, troubles, opened: context });
    people.push(reader);
    await reader.open('/my/contact');
    await reader.sees('contact-off');
    await reader.picture('70-contact-off');
    assert.notEqual(await reader.page.evaluate(() => Notification.permission), 'granted');
    // The worker comes with the pages, and the page has it before it can be asked for anything.
    await reader.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await context.grantPermissions(['notifications'], { origin: program.url });
    const put = reader.page.waitForRequest((request) => request.method() === 'PUT' && request.url().endsWith(`${CONTACT}/push`));
    await reader.open('/my/contact');
    await reader.press('contact-allow');
    // What the browser's own service gave it.
    const told = (await put).postDataJSON();
    await reader.sees('contact-on');
    await reader.picture('71-contact-on');
    assert.match(told.endpoint, /^https:\/\/(fcm\.googleapis\.com|jmt17\.google\.com)\//);
    assert.equal(Buffer.from(told.p256dh, 'base64url').length, 65);
    settings = await (await reader.page.request.get(CONTACT)).json();
    assert.equal(settings.browsers, 1);
    assert.ok(settings.push_since > 0);
    // Another device, whose messages can be read here; and an area instead of a position.
    receiver = new Receiver(service, `reader-${lang}`);
    const input = receiver.input(settings.push_key, told.zone, settings.text_version);
    const language = { 'accept-language': lang };
    assert.equal((await reader.page.request.put(`${CONTACT}/push`, { data: input, headers: language })).status(), 200);
    assert.equal((await reader.page.request.put('/api/v1/shopper/area', { data: { area_id: words.area } })).status(), 200);
    // Anywhere else nothing is sent to.
    const inside = { ...input, endpoint: 'https://127.0.0.1/x' };
    assert.equal((await reader.page.request.put(`${CONTACT}/push`, { data: inside })).status(), 422);
  }];

  yield ['5k a choice of how many, kept', async () => {
    await reader.at('contact-per-week').selectOption('2');
    await reader.at('contact-birth-month').selectOption('11');
    await reader.press('contact-save');
    await reader.sees('contact-said');
    await reader.open('/my/contact');
    await reader.sees('contact-on');
    assert.equal(await reader.at('contact-per-week').inputValue(), '2');
    assert.equal(await reader.at('contact-birth-month').inputValue(), '11');
  }];

  yield ['5l announced at the console, after seeing to how many and how', async () => {
    const retailer = people.find((person) => person.name === 'retailer');
    await retailer.open('/console/campaigns');
    await retailer.press('to-announcements');
    await retailer.sees('announcement-form');
    await retailer.press('announcement-look');
    await retailer.sees('form-problem');
    await retailer.type('announcement-title', words.title);
    await retailer.type('announcement-body', words.body);
    if (lang === 'en') {
      await retailer.type('announcement-title_en', words.title);
      await retailer.type('announcement-body_en', words.body);
    }
    await retailer.picture('72-announcement');
    await retailer.press('announcement-look');
    await retailer.sees('announcement-looked');
    await retailer.picture('73-looked');
    await retailer.press('announcement-send');
    await retailer.press('really-announcement-send');
    await retailer.sees('announcement-made');
    await retailer.page.locator('[data-testid="announcement-status"][data-status="done"]').waitFor();
    await retailer.picture('74-announced');
    // Nothing on its way here stays behind the page.
    await retailer.open('/console/campaigns');
    await retailer.sees('campaign-list');
  }];

  yield ['5m the message can be read by its browser, and says why it comes', async () => {
    const got = service.got.filter(({ name }) => name === `reader-${lang}`);
    assert.equal(got.length, 1, `${got.length} messages`);
    const [{ headers, body }] = got;
    assert.equal(headers['content-encoding'], 'aes128gcm');
    message = receiver.read(body);
    assert.ok(!body.toString('latin1').includes(names.campaign), 'in the clear');
    const said = JSON.parse(message);
    assert.equal(said.title, words.title);
    assert.ok(said.body.startsWith(words.body) && said.body.includes(words.near), said.body);
    const claimed = claims(headers.authorization, settings.push_key);
    assert.equal(claimed?.aud, service.origin);
    assert.ok(claimed.exp * 1_000 > Date.now() && claimed.exp * 1_000 < Date.now() + 86_400_000);
  }];

  yield ['5n delivered to the worker it is shown, and pressed it opens the offer', async () => {
    await reader.open('/wallet');
    await reader.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    const debug = await reader.context.newCDPSession(reader.page);
    const registered = new Promise((resolve) => {
      debug.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(program.url) && !isDeleted);
        if (ours) resolve(ours.registrationId);
      });
    });
    await debug.send('ServiceWorker.enable');
    const registrationId = await registered;
    const shown = reader.context.waitForEvent('request', (request) => request.url().includes('/api/v1/shopper/contacts/'));
    await debug.send('ServiceWorker.deliverPushMessage', { origin: program.url, registrationId, data: message });
    assert.equal((await shown).postDataJSON().event, 'shown');
    const standing = () =>
      reader.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (await registration.getNotifications()).map(({ title, body, tag, actions }) => ({ title, body, tag, actions: actions?.length }));
      });
    const said = JSON.parse(message);
    assert.deepEqual(await standing(), [{ title: said.title, body: said.body, tag: said.tag, actions: 1 }]);
    // The same again takes its place.
    await debug.send('ServiceWorker.deliverPushMessage', { origin: program.url, registrationId, data: message });
    await reader.page.waitForTimeout(500);
    assert.equal((await standing()).length, 1, 'it stands there once');
    [worker] = reader.context.serviceWorkers();
    const press = (action) =>
      worker.evaluate(async (action) => {
        const [notification] = await self.registration.getNotifications();
        self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action }));
      }, action);
    const opened = reader.context.waitForEvent('request', (request) => request.postData()?.includes('opened'));
    await press('');
    await opened;
    await reader.page.waitForURL(`**${said.path}`);
    await reader.sees('play');
    await reader.picture('75-offer');
    assert.equal((await standing()).length, 0, 'it goes when it is pressed');
    const retailer = people.find((person) => person.name === 'retailer');
    await retailer.open('/console/announcements');
    const seen = await retailer.reads('announcement-seen');
    assert.deepEqual(seen.match(/\d+/g), ['1', '1'], seen);
    await retailer.open('/console/campaigns');
    await retailer.sees('campaign-list');
    // What is nobody's message is shown all the same: what stays unseen costs the permission.
    await debug.send('ServiceWorker.deliverPushMessage', { origin: program.url, registrationId, data: 'not ours' });
    await reader.page.waitForTimeout(500);
    assert.equal((await standing()).length, 1);
    // One press on its button ends all messages.
    await debug.send('ServiceWorker.deliverPushMessage', { origin: program.url, registrationId, data: message });
    await reader.page.waitForTimeout(500);
    const stopped = reader.context.waitForEvent('response', (answer) => answer.request().method() === 'DELETE');
    await press('stop');
    assert.equal((await stopped).status(), 200);
    settings = await (await reader.page.request.get(CONTACT)).json();
    assert.ok(!settings.push_since && settings.browsers === 0, JSON.stringify(settings));
  }];

  yield ['5o what was sent stands there, with its reason; a company can be muted', async () => {
    await reader.open('/my/contact');
    await reader.sees('contact-off');
    await reader.press('contact-allow');
    await reader.sees('contact-on');
    const sent = await reader.reads('contact-sent');
    assert.ok(sent.includes(program.owners[lang].name), sent);
    await reader.picture('76-contact-sent');
    // The browser's service gives it another address: the worker tells it, by itself.
    const before = (await (await reader.page.request.get(CONTACT)).json()).browsers;
    const renewed = reader.context.waitForEvent('response', (answer) => answer.request().method() === 'PUT' && answer.url().endsWith(`${CONTACT}/push`));
    await worker.evaluate(() => void self.dispatchEvent(new ExtendableEvent('pushsubscriptionchange')));
    assert.equal((await renewed).status(), 200);
    assert.equal((await (await reader.page.request.get(CONTACT)).json()).browsers, before + 1);
    await reader.press('contact-mute');
    await reader.sees('contact-muted');
    await reader.picture('77-contact-muted');
    await reader.press('contact-unmute');
    await reader.at('contact-muted').waitFor({ state: 'detached' });
    await reader.press('contact-stop');
    await reader.sees('contact-off');
    assert.match(await reader.reads('contact-said'), lang === 'ja' ? /止めました/ : /stopped/);
    // Without a sound for a browser that says no.
    await reader.context.clearPermissions();
  }];
}

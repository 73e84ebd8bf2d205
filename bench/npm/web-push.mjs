// How many messages a second npm's web-push encrypts and signs on one thread, as it does for each that it sends.
import { createECDH, randomBytes } from 'node:crypto';
import webPush from 'web-push';

const MESSAGES = 3_000;
const browser = createECDH('prime256v1');
browser.generateKeys();
const subscription = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/a',
  keys: { p256dh: browser.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') },
};
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const options = { contentEncoding: 'aes128gcm', vapidDetails: { subject: 'https://raiten.example', publicKey, privateKey } };
const message = 'x'.repeat(420);
const round = (count) => {
  for (let i = 0; i < count; i += 1) webPush.generateRequestDetails(subscription, message, options);
};
round(300);
const began = performance.now();
round(MESSAGES);
console.log((MESSAGES / ((performance.now() - began) / 1_000)).toFixed(0));

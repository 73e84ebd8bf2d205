// Pages with one fault each: a check that does not find its fault is no check. A page without fault must pass.
import { axe, layout, shifts, watchShifts } from './checks.mjs';

const page = (body, style = '') => `<!doctype html><html lang="ja"><head><title>x</title><meta name="viewport" content="width=device-width">
<style>body{margin:8px;font:16px "Noto Sans CJK JP",sans-serif}button{min-width:44px;min-height:44px}${style}</style></head>
<body><main><h1>来店のしるし</h1>${body}</main></body></html>`;

const PLANTED = [
  [null, page('<p>何もおかしくない文です。</p><button>まわす</button><p>文の中の<a href="#x">リンク</a>は低くてよい。</p>')],
  [/wider than the screen/, page('<div class="a">x</div>', '.a{width:2000px}')],
  [/the page is blank/, '<!doctype html><html lang="ja"><title>x</title><main></main></html>'],
  [/beyond the screen/, page('<p class="a">画面の外に出る文</p>', 'html{overflow-x:hidden}.a{position:relative;left:900px;width:300px}')],
  [/cut off/, page('<p class="a">切れてしまうとても長い文があります</p>', '.a{width:90px;white-space:nowrap;overflow:hidden}')],
  [/out of its box/, page('<p class="a">はみ出すとても長い文があります</p>', '.a{width:90px;white-space:nowrap;background:#fee}')],
  [/out of the keyboard’s reach/, page('<div class="a"><p class="b">横に動かさないと読めない</p></div>', '.a{width:90px;overflow-x:auto}.b{white-space:nowrap}')],
  [/on top of each other/, page('<p>重なる文です</p><p class="a">重なる文です</p>', '.a{margin-top:-34px}')],
  [/no glyph for U\+2fe1/, page('<p>この字 \u{2fe1} はどの書体にもない</p>')],
  [/target of 20×20/, page('<button class="a">x</button>', '.a{min-width:0!important;min-height:0!important;width:20px;height:20px;padding:0}')],
  [/axe color-contrast/, page('<p class="a">うすい文字</p>', '.a{color:#bbb}')],
  [/axe image-alt/, page('<img src="data:," width="44" height="44">')],
  [/layout shift/, page(`<div id="a"></div><p>${'押し下げられる文です。'.repeat(40)}</p>`, '.b{height:600px}'), "setTimeout(() => { document.getElementById('a').className = 'b'; }, 100)"],
];

/** The faults that were not found, and what was found where there is none. */
export async function planted(browser) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  await context.addInitScript(watchShifts);
  const missed = [];
  for (const [fault, html, act] of PLANTED) {
    const tab = await context.newPage();
    await tab.route('http://planted.example/', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    await tab.goto('http://planted.example/');
    if (act) {
      await tab.evaluate(act);
      await tab.waitForFunction(() => globalThis.raitenShift().worst > 0, null, { timeout: 5_000 }).catch(() => {});
    }
    await tab.evaluate(() => document.fonts.ready);
    const found = [...(await shifts(tab)), ...(await layout(tab, { targets: true })), ...(await axe(tab))];
    if (fault === null && found.length > 0) missed.push(`found where nothing is wrong: ${found.join('; ')}`);
    if (fault !== null && !found.some((line) => fault.test(line))) missed.push(`not found: ${fault}; found: ${found.join('; ')}`);
    await tab.close();
  }
  await context.close();
  return { tried: PLANTED.length, missed };
}

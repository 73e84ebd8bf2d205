// What can be wrong with a page that one looks at, measured in the page itself: each check answers with sentences, none is good.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Largest layout shift that nobody notices (Core Web Vitals call 0.1 good; we want half). */
const SHIFT = 0.05;

/**
 * Sums the layout shifts of a page from its first moment, in windows as Core Web Vitals do: shifts less than a second apart,
 * five seconds at most, the worst window counts. Shifts within half a second of the reader's own tap do not.
 */
export function watchShifts() {
  let [worst, sum, first, last] = [0, 0, 0, 0];
  const culprits = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      if (entry.startTime - last > 1000 || entry.startTime - first > 5000) [sum, first] = [0, entry.startTime];
      last = entry.startTime;
      sum += entry.value;
      worst = Math.max(worst, sum);
      for (const { node } of entry.sources ?? []) {
        if (node) culprits.push(node.id || (node.className?.baseVal ?? node.className) || node.nodeName.toLowerCase());
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
  globalThis.raitenShift = () => ({ worst, culprits: [...new Set(culprits)].slice(0, 6) });
}

export async function shifts(page) {
  const { worst, culprits } = await page.evaluate(() => globalThis.raitenShift());
  return worst > SHIFT ? [`layout shift ${worst.toFixed(3)} by ${culprits.join(', ')}`] : [];
}

/** Everything about boxes and letters: wider than the screen, cut off, out of its box, on top of each other, no glyph, blank. */
export async function layout(page, { targets }) {
  return page.evaluate(({ targets }) => {
    const found = [];
    const say = (what, element, text = '') => {
      const name = element.id ? `#${element.id}` : `${element.localName}.${[...element.classList].join('.')}`;
      found.push(`${what}: ${name} ${text ? `“${text.slice(0, 40)}”` : ''}`.trim());
    };
    const style = (element) => getComputedStyle(element);
    const hidden = (element) =>
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      || element.closest('.visually-hidden, .skip, noscript, [hidden]');
    // What scrolls on purpose may be wider than its window, if the keyboard reaches it.
    const scroller = (element) => {
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        if (/auto|scroll/.test(style(at).overflowX) && at.scrollWidth > at.clientWidth + 1) return at;
      }
      return null;
    };
    // The part of a rectangle that scrolling containers around it let through.
    const through = (rect, element) => {
      let { left, right, top, bottom } = rect;
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        if (!/auto|scroll/.test(style(at).overflowX + style(at).overflowY)) continue;
        const box = at.getBoundingClientRect();
        [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
        [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
      return { left, right, top, bottom, width: right - left, height: bottom - top };
    };
    const floats = (element) => {
      for (let at = element; at; at = at.parentElement) {
        if (/fixed|sticky/.test(style(at).position)) return true;
      }
      return false;
    };

    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth - innerWidth} px wider than the screen`);
    if (document.body.innerText.trim().length < 8) found.push('the page is blank');

    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const parent = node.parentElement;
      const text = node.data.trim();
      if (!text || !parent || hidden(parent) || parent.closest('script, style, option')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].map((r) => through(r, parent)).filter((r) => r.width > 0 && r.height > 0);
      if (rects.length === 0) continue;
      texts.push({ node, parent, text, rects });
    }

    // Cut off or out of its box.
    for (const { parent, text, rects } of texts) {
      const sideways = scroller(parent);
      if (sideways && sideways.tabIndex < 0) say('scrolls sideways out of the keyboard’s reach', sideways, text);
      if (rects.some((r) => r.right > innerWidth + 1 || r.left < -1)) say('beyond the screen', parent, text);
      for (let at = parent; at && at !== document.body; at = at.parentElement) {
        const s = style(at);
        if (at instanceof SVGElement) continue;
        if (at === sideways) break;
        const box = at.getBoundingClientRect();
        const clips = /hidden|clip/.test(s.overflowX) || /hidden|clip/.test(s.overflowY);
        const paints = s.backgroundColor !== 'rgba(0, 0, 0, 0)' || parseFloat(s.borderLeftWidth) + parseFloat(s.borderTopWidth) > 0;
        if (!clips && !paints) continue;
        const slack = 2;
        const out = rects.some((r) => r.left < box.left - slack || r.right > box.right + slack
          || (clips && (r.top < box.top - 4 || r.bottom > box.bottom + 4)));
        if (out) say(clips ? 'cut off' : 'out of its box', at, text);
        break;
      }
    }

    // On top of each other. A line's box is taller than its letters: a third of the smaller height must be shared.
    const solid = texts.filter(({ parent }) => !floats(parent));
    for (let i = 0; i < solid.length; i += 1) {
      for (let j = i + 1; j < solid.length; j += 1) {
        const [a, b] = [solid[i], solid[j]];
        const meets = a.rects.some((p) => b.rects.some((q) => {
          const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
          const tall = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
          return wide > 2 && tall > Math.min(p.height, q.height) * 0.45;
        }));
        if (meets) say('on top of each other', a.parent, `${a.text.slice(0, 16)} / ${b.text.slice(0, 16)}`);
      }
    }

    // A glyph that no font has is drawn like a character that does not exist.
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [48, 48];
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    const drawn = (font, letter) => {
      pen.clearRect(0, 0, 48, 48);
      pen.font = font;
      pen.fillText(letter, 4, 36);
      return pen.getImageData(0, 0, 48, 48).data.join();
    };
    const seen = new Map();
    for (const { parent, text } of texts) {
      const font = `${style(parent).fontWeight} 32px ${style(parent).fontFamily}`;
      if (!seen.has(font)) seen.set(font, { none: drawn(font, '\u{2FE0}'), letters: new Set() });
      const { none, letters } = seen.get(font);
      for (const letter of text) {
        if (letters.has(letter) || /\s/u.test(letter) || /\p{Default_Ignorable_Code_Point}/u.test(letter)) continue;
        letters.add(letter);
        if (drawn(font, letter) === none) say(`no glyph for U+${letter.codePointAt(0).toString(16)}`, parent, text);
      }
    }

    // WCAG 2.5.8 lets links inside a sentence be as high as their line; everything else fits a thumb.
    if (targets) {
      for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role="button"], [role="tab"]')) {
        if (hidden(element) || element.disabled || element.closest('.skip')) continue;
        if (element.matches('input') && element.closest('label')) continue;
        if (element.matches('a') && style(element).display === 'inline' && element.closest('p, li, dd')?.innerText.trim() !== element.innerText.trim()) continue;
        const box = element.getBoundingClientRect();
        if (box.width > 0 && (box.width < 43.5 || box.height < 43.5)) {
          say(`target of ${Math.round(box.width)}×${Math.round(box.height)}`, element, element.innerText);
        }
      }
      for (const label of document.querySelectorAll('label:has(input)')) {
        const box = label.getBoundingClientRect();
        if (!hidden(label) && box.height > 0 && box.height < 43.5) say(`target of ${Math.round(box.width)}×${Math.round(box.height)}`, label, label.innerText);
      }
    }
    return [...new Set(found)];
  }, { targets });
}

/** What axe-core finds, best practices included. */
export async function axe(page) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      at: nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.any.concat(n.all)[0]?.message ?? ''}`),
      nodes: nodes.length,
    }));
  });
  return violations.map(({ id, help, at, nodes }) => `axe ${id} (${nodes}): ${help}: ${at.join(' | ')}`);
}

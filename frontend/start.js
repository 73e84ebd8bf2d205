// Runs before a page is first painted: the reader's language, and which page it will be, so that what stands there until the
// program runs is the right thing. Then it fetches and starts the program that the page preloads. A file of its own, because the
// content security policy allows no inline script. The language is chosen as `lang.rs` chooses it.
const root = document.documentElement;
const kept = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // No storage in this window.
  }
};
const spoken = (tag) => /^\s*(ja|en)\s*(?:[-_]|$)/i.exec(tag ?? '')?.[1].toLowerCase();
const asked = navigator.languages ?? [];
root.lang = spoken(kept('raiten.lang')) ?? asked.map(spoken).find(Boolean) ?? (asked.length > 0 ? 'en' : 'ja');

const { pathname } = location;
if (pathname.startsWith('/play/')) root.dataset.page = 'play';
else if (pathname !== '/' || kept('raiten.where')) root.dataset.page = 'other';

// What is pressed before the program can hear it is pressed again when it does.
let early;
const remember = (event) => {
  early = event.target.closest?.('[data-early]')?.dataset.early ?? early;
};
addEventListener('click', remember);

const link = (selector) => document.querySelector(selector).href;
const start = async () => {
  if (document.readyState === 'loading') {
    await new Promise((parsed) => addEventListener('DOMContentLoaded', parsed));
  }
  const program = await import(link('link[rel="modulepreload"]'));
  await program.default({ module_or_path: link('link[rel="preload"][as="fetch"]') });
  removeEventListener('click', remember);
  if (early) document.querySelector(`[data-testid="${early}"]`)?.click();
};
start();

// Contact sheets of the pictures that a run left (one for each program and one page to browse them all), and with RAITEN_SHOWCASE the three
// pictures of the README.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../ground/people.mjs';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Columns of a sheet, and how wide a picture is in it. */
const COLUMNS = [
  ...['ja', 'en'].flatMap((lang) => ['light', 'dark'].map((scheme) => ({ view: 'phone', lang, scheme, width: 150 }))),
  ...['ja', 'en'].flatMap((lang) => ['light', 'dark'].map((scheme) => ({ view: 'desktop', lang, scheme, width: 260 }))),
];

const STYLE = `
  body { margin: 24px; background: #d9d4cd; color: #221b17; font: 14px/1.4 system-ui, 'Noto Sans CJK JP', sans-serif; width: max-content }
  table { border-spacing: 8px } th { text-align: left; vertical-align: top; font-weight: 600 } th[scope=row] { width: 150px }
  td { vertical-align: top } img { display: block; max-height: 460px; object-fit: cover; object-position: top; background: #fff; box-shadow: 0 1px 4px #0004 }
`;

function sheet(program, pictures) {
  const rows = new Map();
  for (const picture of pictures) {
    const name = `${picture.page}: ${picture.state}`;
    if (!rows.has(name)) rows.set(name, []);
    rows.get(name).push(picture);
  }
  const head = COLUMNS.map((c) => `<th>${c.view}, ${c.lang}, ${c.scheme}</th>`).join('');
  const body = [...rows].map(([name, row]) => {
    const cells = COLUMNS.map((column) => {
      const picture = row.find((p) => ['view', 'lang', 'scheme'].every((key) => p[key] === column[key]));
      return picture
        ? `<td><a href="${escape(picture.file)}"><img src="${escape(picture.file)}" width="${column.width}" alt="${escape(`${name}, ${column.lang}`)}"></a></td>`
        : '<td></td>';
    });
    return `<tr><th scope="row">${escape(name)}</th>${cells.join('')}</tr>`;
  });
  return `<h1 id="${program}">${program}</h1><table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

const page = (content) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Raiten: every page and state</title><style>${STYLE}</style>${content}</html>`;

/** Writes index.html and sheet-PROGRAM.jpg beside the pictures. */
async function sheets(browser, folder) {
  const pictures = JSON.parse(readFileSync(path.join(folder, 'pictures.json'), 'utf8')).filter((p) => p.view !== 'zoomed');
  const order = (p) => `${p.program} ${p.page} ${p.state}`;
  pictures.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const programs = [...new Set(pictures.map((p) => p.program))];
  const of = (program) => sheet(program, pictures.filter((p) => p.program === program));
  writeFileSync(path.join(folder, 'index.html'), page(programs.map(of).join('\n')));
  for (const program of programs) {
    const file = path.join(folder, `sheet-${program}.html`);
    writeFileSync(file, page(of(program)));
    const tab = await browser.newPage({ viewport: { width: 1900, height: 1000 } });
    await tab.goto(pathToFileURL(file).href);
    const picture = path.join(folder, `sheet-${program}.jpg`);
    const { width, height } = await tab.evaluate(() => ({ width: document.body.scrollWidth + 48, height: document.documentElement.scrollHeight }));
    // Chromium draws 16,384 pixels and no more.
    const most = 15_000;
    for (let top = 0; top < height; top += most) {
      await tab.setViewportSize({ width, height: Math.min(most, height - top) });
      await tab.evaluate((y) => scrollTo(0, y), top);
      const name = top === 0 ? picture : picture.replace('.jpg', `-${top / most + 1}.jpg`);
      await tab.screenshot({ path: name, type: 'jpeg', quality: 80 });
      console.log(`Contact sheet: ${name}`);
    }
    await tab.close();
  }
}

const folder = path.resolve(process.env.RAITEN_TEST_OUTPUT ?? 'test-output/faces');
const browser = await openBrowser(process.env.CHROMIUM || '/usr/bin/chromium', '');
try {
  await sheets(browser, folder);
} finally {
  await browser.close();
}

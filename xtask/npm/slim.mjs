// Makes a bundled program smaller: takes out what its page never calls, gives short names to what page and program share, and writes
// the page's scripts without blanks.
//
// wasm-bindgen keeps every function that any library offers to JavaScript, whether somebody calls it or not (leptos brings three
// classes for streams), and names what it imports by what it is and a hash: readable, and several kilobytes.
//
// node slim.mjs FOLDER: every `name_bg.wasm` with its `name.js`, in place, and the other scripts. Fails where the glue is not as
// expected: then wasm-bindgen writes it in another way, and this has to learn it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

const bin = (name) => path.join(import.meta.dirname, 'node_modules/.bin', name);

function expect(condition, what) {
  if (!condition) throw new Error(`the glue is not as expected: ${what}`);
}

/** Without the classes that libraries offer and nobody makes. */
function withoutClasses(glue) {
  for (const [, name] of [...glue.matchAll(/^export class (\w+) \{$/gm)]) {
    const left = glue
      .replace(new RegExp(`^export class ${name} \\{\\n[^]*?^\\}\\n`, 'm'), '')
      .replace(new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*\\n`, 'm'), '')
      .replace(new RegExp(`^const ${name}Finalization = [^;]*;\\n`, 'm'), '');
    // Somebody makes one after all: it stays whole.
    if (!new RegExp(`\\b${name}\\b`).test(left)) glue = left;
  }
  return glue;
}

/** The table of what the program imports: where it stands, and each import's text. */
function tableOf(glue) {
  const found = /^    const import0 = \{\n        __proto__: null,\n([^]*?)^    \};\n/m.exec(glue);
  expect(found && !glue.includes('const import1 ='), 'one table of imports');
  const [whole, body] = found;
  const entries = [...body.matchAll(/^        (\w+): [^]*?,\n(?=        \w+: |$(?![^]))/gm)].map(([text, name]) => [name, text]);
  expect(entries.map(([, text]) => text).join('') === body && entries.length > 10, 'imports one after the other');
  return { whole, entries };
}

/** The program without what the page does not call, and the short names of what is left. */
function prune(program, called) {
  const graph = `${program}.graph.json`;
  const page = { name: 'page', root: true, reaches: called.map((name) => `of ${name}`) };
  writeFileSync(graph, JSON.stringify([page, ...called.map((name) => ({ name: `of ${name}`, export: name }))]));
  // Which features of wasm there are stands in the program: no more of them than the compiler took for granted.
  execFileSync(bin('wasm-metadce'), [program, '--graph-file', graph, '-o', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(graph);
  // No more -Oz: it makes fewer bytes of it here, and more of them in brotli.
  const told = execFileSync(
    bin('wasm-opt'),
    [program, '--strip-producers', '--strip-target-features', '--minify-imports-and-exports-and-modules', '-o', program],
    { encoding: 'utf8' },
  );
  const { imports, exports } = JSON.parse(told);
  expect(new Set(imports.map(([from]) => from)).size === 1, 'imports from one module');
  return {
    imports: new Map(imports.map(([, name, short]) => [name, short])),
    exports: new Map(exports.map(([name, short]) => [name, short])),
    from: imports[0][0],
  };
}

const CALL = /\bwasm\.(\w+)/g;

function slim(program) {
  const file = program.replace(/_bg\.wasm$/, '.js');
  let glue = withoutClasses(readFileSync(file, 'utf8'));
  const called = [...new Set([...glue.matchAll(CALL)].map(([, name]) => name))];
  const short = prune(program, called);
  const { whole, entries } = tableOf(glue);
  const table = entries
    .filter(([name]) => short.imports.has(name))
    .map(([name, text]) => text.replace(name, `"${short.imports.get(name)}"`));
  expect(table.length === short.imports.size, `each of ${short.imports.size} imports once, not ${table.length}`);
  const key = `"${short.from}": import0`;
  expect(glue.includes(key), 'the module of the imports');
  glue = glue
    .replace(whole, () => `    const import0 = {\n        __proto__: null,\n${table.join('')}    };\n`)
    .replace(key, '"a": import0')
    .replace(CALL, (_, name) => {
      const to = short.exports.get(name);
      // Only what is in the table that was taken out may call what is not there any more.
      expect(to, `${name} is called and not exported`);
      return `wasm["${to}"]`;
    });
  writeFileSync(file, glue);
}

const [folder] = process.argv.slice(2);
const names = readdirSync(folder);
for (const name of names.filter((name) => name.endsWith('_bg.wasm'))) slim(path.join(folder, name));
for (const name of names.filter((name) => name.endsWith('.js'))) {
  const file = path.join(folder, name);
  const { code } = transformSync(readFileSync(file, 'utf8'), { minify: true, format: 'esm', target: 'es2022', charset: 'utf8', legalComments: 'none' });
  writeFileSync(file, code);
}

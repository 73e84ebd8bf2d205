// The real program on a database of its own.
import { spawn, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export class Program {
  /** Who runs the two retailers. */
  owners = {
    ja: { name: '喫茶ライテン', email: 'owner.ja@shop.example', password: 'hatsuyuki no asa 7' },
    en: { name: 'Raiten Coffee', email: 'owner.en@shop.example', password: 'first snow at dawn 7' },
  };

  /** Serves a fresh database with a retailer for each language, by these settings. `log` is where its output goes. */
  static async start(binary, webDir, log, settings = {}) {
    const program = await Program.prepare(binary, webDir);
    Object.assign(program.options.env, settings);
    for (const { name, email, password } of Object.values(program.owners)) {
      program.run(['retailer', 'add', '--name', name, '--email', email, '--holdout', '0', '--password-stdin'], `${password}\n`);
    }
    return program.serve(log);
  }

  /** Serves the demo town, to far more requests from one address than a server usually lets through. */
  static async town(binary, webDir, log) {
    const program = await Program.prepare(binary, webDir);
    Object.assign(program.options.env, { RAITEN_REQUESTS_PER_SECOND: '5000', RAITEN_REQUESTS_AT_ONCE: '50000' });
    program.run(['demo', '--json']);
    return program.serve(log);
  }

  static async prepare(binary, webDir) {
    const program = new Program();
    program.binary = binary;
    program.folder = mkdtempSync(path.join(tmpdir(), 'raiten-browser-'));
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('RAITEN_')),
    );
    const port = await freePort();
    program.url = `http://127.0.0.1:${port}`;
    const env = {
      ...environment,
      RAITEN_DATA_DIR: program.folder,
      RAITEN_LISTEN: `127.0.0.1:${port}`,
      RAITEN_PUBLIC_URL: program.url,
      RAITEN_SECRET_KEY: randomBytes(32).toString('hex'),
      RAITEN_WEB_DIR: webDir,
    };
    program.options = { env, cwd: program.folder, encoding: 'utf8', maxBuffer: 1 << 26 };
    return program;
  }

  run(words, input = '') {
    execFileSync(this.binary, words, { ...this.options, input, stdio: ['pipe', 'ignore', 'inherit'] });
  }

  async serve(log) {
    const output = openSync(log, 'w');
    this.child = spawn(this.binary, ['serve'], { ...this.options, stdio: ['ignore', output, output] });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    await this.ready();
    return this;
  }

  async ready() {
    for (let i = 0; i < 300; i += 1) {
      if (this.child.exitCode !== null) throw new Error(`raiten serve ended with ${this.child.exitCode}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('raiten serve is not ready after 30 s');
  }

  /** Asks it to stop, and insists after 10 s. What it wrote stays. */
  async halt() {
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      const patience = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
      await this.ended;
      clearTimeout(patience);
    }
  }

  /** Serves what it wrote before, at the same address, perhaps with other pages. */
  async again(log, webDir = this.options.env.RAITEN_WEB_DIR) {
    await this.halt();
    this.options.env.RAITEN_WEB_DIR = webDir;
    return this.serve(log);
  }

  /** Ends it, and removes what it wrote. */
  async stop() {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Runs docs/integrate/example/tablet.mjs as it is written, as the program on a tablet of its own beside a hub, and presses its buttons in the portal.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  formsOf,
  type HttpAnswer,
  type HttpBrowser,
  type HttpForm,
  type RunningHub,
  type SoftCard,
} from '../support/index.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/tablet.mjs', import.meta.url));
export const codePattern = /id="code">([A-Z]{4}(?:-[A-Z]{4}){3})</;

/** The code that a page shows. */
export function codeOn({ body }: HttpAnswer): string {
  const [, code] = codePattern.exec(body) ?? [];
  assert.ok(code, body);
  return code;
}

export interface TabletSays {
  readonly status: number | null;
  readonly who?: string;
  readonly refused?: { readonly code: string };
  readonly [member: string]: unknown;
}

export class Tablet {
  readonly #hub: RunningHub;
  readonly folder: string;

  constructor(hub: RunningHub) {
    this.#hub = hub;
    this.folder = mkdtempSync(join(hub.dataFolder, 'tablet-'));
  }

  start(...words: readonly string[]): ChildProcess {
    const env = {
      ...process.env,
      HUB: this.#hub.hubUrl,
      FOLDER: this.folder,
      NODE_EXTRA_CA_CERTS: join(this.#hub.dataFolder, 'demo', 'ca', 'root.pem'),
    };
    return spawn(process.execPath, [example, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Runs it to its end; answers its last line. */
  async run(...words: readonly string[]): Promise<TabletSays> {
    const child = this.start(...words);
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part;
    });
    const [status] = (await once(child, 'close')) as [number | null];
    return { ...(JSON.parse(out.trim().split('\n').at(-1) || '{}') as object), status };
  }

  /** What it shows in place of a card. */
  get card(): SoftCard {
    const read = (name: string) => readFileSync(join(this.folder, name), 'utf8');
    return { cert: read('shift.pem'), key: read('shift.key') };
  }
  get id(): string {
    return (JSON.parse(readFileSync(join(this.folder, 'device.json'), 'utf8')) as { device: string }).device;
  }

  async #press(browser: HttpBrowser, path: string, of: (form: HttpForm) => boolean, fields: Record<string, string>) {
    const page = await browser.go(`${this.#hub.hubUrl}${path}`);
    const form = formsOf(page).find(of);
    assert.ok(form, page.body);
    return browser.submit(page, form, fields);
  }

  /** Presses a button of its page. */
  press(browser: HttpBrowser, what: 'shift' | 'endShift' | 'lost'): Promise<HttpAnswer> {
    const has = ({ buttons }: HttpForm) => buttons.some(({ value }) => value === what);
    return this.#press(browser, `/devices/device/${this.id}`, has, { do: what });
  }
  add(browser: HttpBrowser, name: string): Promise<HttpAnswer> {
    return this.#press(browser, '/devices', ({ action }) => action === '/devices/add', {
      name,
      place: 'fjord-hospital',
    });
  }
  /** Enrols, and begins a shift. */
  async begin(browser: HttpBrowser, name: string): Promise<void> {
    assert.equal((await this.run('enrol', codeOn(await this.add(browser, name)))).status, 0);
    const got = await this.run('shift', codeOn(await this.press(browser, 'shift')));
    assert.equal(got.status, 0, JSON.stringify(got));
  }
}

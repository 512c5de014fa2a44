// Runs docs/integrate/example/thick-client.mjs as it is written, beside a hub, and reads what it says line by line.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningHub, tillitCommand } from '../support/index.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/thick-client.mjs', import.meta.url));

export class ThickExample {
  readonly #hub: RunningHub;
  readonly #running: ChildProcess[] = [];

  constructor(hub: RunningHub) {
    this.#hub = hub;
  }

  /** Starts it; answers a function that gives its next line. */
  run(environment: Record<string, string>): () => Promise<Record<string, never>> {
    const { dataFolder } = this.#hub;
    const env = {
      ...process.env,
      KEY_FILE: join(dataFolder, 'my-program.key.json'),
      NODE_EXTRA_CA_CERTS: join(dataFolder, 'demo', 'ca', 'root.pem'),
      ...environment,
    };
    const child = spawn(process.execPath, [example], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#running.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return async () => JSON.parse((await lines.next()).value ?? '{}');
  }

  /** Registers the application with the key that the example makes. */
  async register(grants: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const jwks = await this.run({})();
    const entry = {
      id: 'my-program',
      issuer: 'hub',
      name: { en: 'My program' },
      authentication: { method: 'private_key_jwt', jwks },
      grants,
      scopes: ['openid', 'profile'],
      minimumAssurance: 'low',
      ...more,
    };
    const file = join(this.#hub.dataFolder, 'my-program.yaml');
    writeFileSync(file, JSON.stringify({ applications: [entry] }));
    const done = await tillitCommand(this.#hub, 'apply', '--yes', file);
    if (done.code !== 0) throw new Error(done.output);
    await sleep(1500);
  }

  /** Starts a login. */
  start = (more: Record<string, string> = {}) =>
    this.run({ ISSUER: this.#hub.hubUrl, CLIENT_ID: 'my-program', ...more });

  /** Waits until the one that was started last has ended. */
  async ended(): Promise<void> {
    const child = this.#running.at(-1);
    if (child !== undefined && child.exitCode === null) await once(child, 'exit');
  }

  close(): void {
    for (const child of this.#running) if (child.exitCode === null) child.kill();
  }
}

// Two real hubs, one of which logs people in at the other: in each protocol profile, and by several records of ours.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { temporaryFolder } from './folder.ts';
import { ask } from './http-browser.ts';
import { freeAddresses, type HubOptions, type RunningHub, startHub, tillitCommand } from './hub.ts';

export interface HubPair {
  /** The one in front: applications log in here. */
  readonly here: RunningHub;
  /** The one behind, which `here` has as a provider. */
  readonly there: RunningHub;
  remove(): Promise<void>;
}

/** Starts the hub behind, and one in front that trusts its certificate as an operator would let it. */
export async function startHubPair(front: HubOptions = {}): Promise<HubPair> {
  const there = await startHub();
  try {
    const here = await startHub({ ...front, env: { NODE_EXTRA_CA_CERTS: there.rootFile, ...front.env } });
    const remove = async () => {
      await Promise.all([here.remove(), there.remove()]);
    };
    return { here, there, remove };
  } catch (failure) {
    await there.remove();
    throw failure;
  }
}

/** The same, and the one behind trusts the certificate of the one in front, too: it can call there. */
export async function startMutualPair(): Promise<HubPair> {
  const folder = temporaryFolder('hub');
  const behind = { dataFolder: folder.path, addresses: await freeAddresses() };
  const started: RunningHub[] = [];
  const remove = async () => {
    await Promise.all(started.map((hub) => hub.remove()));
    folder.remove();
  };
  const start = async (options: HubOptions): Promise<RunningHub> => {
    const hub = await startHub(options);
    started.push(hub);
    return hub;
  };
  try {
    const first = await start(behind);
    const here = await start({ env: { NODE_EXTRA_CA_CERTS: first.rootFile } });
    await first.stop();
    const there = await start({ ...behind, env: { NODE_EXTRA_CA_CERTS: here.rootFile } });
    return { here, there, remove };
  } catch (failure) {
    await remove();
    throw failure;
  }
}

/** Applies items, and waits until running hubs have taken them; another second for a busy machine. */
export async function applyItems(hub: RunningHub, sections: object): Promise<void> {
  const file = join(hub.dataFolder, 'pair.yaml');
  writeFileSync(file, stringify(sections, { aliasDuplicateObjects: false }), { mode: 0o600 });
  const { code, output } = await tillitCommand(hub, 'apply', file, '--yes');
  if (code !== 0) throw new Error(output);
  await sleep(2000);
}

/** The keys that prove `hub` to its providers; they are made within seconds after the first such provider. */
export async function clientKeysOf(hub: RunningHub): Promise<{ readonly keys: readonly object[] }> {
  for (let tries = 0; ; tries += 1) {
    const { body } = await ask(new URL('/login/client-jwks', hub.hubUrl), { root: hub.rootPem });
    const set = JSON.parse(body) as { keys: object[] };
    if (set.keys.length > 0) return set;
    if (tries === 100) throw new Error('no key was made');
    await sleep(200);
  }
}

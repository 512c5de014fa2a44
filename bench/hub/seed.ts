// Puts into a database what a hub would have after its people were entered and logged in: catalogue, people, sessions.
import type pg from 'pg';
import { documentSealing, hubKeyring } from '../../src/apps/hub/sealing.ts';
import { newId, newToken, tokenHash } from '../../src/base/ids.ts';
import type { Keyring } from '../../src/base/sealing/index.ts';
import { defaultLifetimes, type StoredItem } from '../../src/core/catalogue/index.ts';
import type { Committer } from '../../src/core/commit/index.ts';
import type { Evidence } from '../../src/core/linking/index.ts';
import { saveSession, startSession } from '../../src/core/sessions/index.ts';
import { writeItems } from '../../src/edge/store/hub/catalogue.ts';
import { createCommitter } from '../../src/edge/store/hub/committer.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';

/** Tables, catalogue and people; answers the keyring of the data folder. */
export async function seed(
  pool: pg.Pool,
  given: { readonly dataFolder: string; readonly catalogue: readonly StoredItem[]; readonly people: readonly string[] },
): Promise<Keyring> {
  await migrate(pool, { program: '0.1.0' });
  await keepHouse(pool, Date.now());
  await writeItems(pool, given.catalogue, []);
  for (const id of given.people) {
    await pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'Bench', 'Person')`, [id]);
  }
  return hubKeyring(given.dataFolder, pool);
}

/** Logs a person in without a page, by a password; answers the value of the session cookie. */
export async function login(commit: Committer, person: string): Promise<string> {
  const now = Date.now();
  const evidence: Evidence = {
    id: newId(now),
    connector: 'password',
    provider: 'password',
    subject: { namespace: 'username', value: person },
    alternates: [],
    methods: ['pwd'],
    assurance: 'low',
    provenAt: now,
  };
  const where = { device: 'unknown', network: undefined } as const;
  const given = { id: newId(now), person, evidence: [evidence], where, agent: 'bench' };
  const cookie = newToken();
  const write = saveSession(startSession(given, defaultLifetimes, now), tokenHash(cookie));
  await commit({ claims: [], writes: [write], ifWon: [], ifLost: [] });
  return cookie;
}

/** Logs people in by a connection of its own, before or while a hub runs elsewhere. */
export async function loginAll(
  connection: pg.PoolConfig,
  keyring: Keyring,
  people: readonly string[],
): Promise<readonly string[]> {
  const committer = createCommitter({
    connection,
    node: 'bench-seed',
    toEventRow: ({ kind }) => ({ text: JSON.stringify({ kind }) }),
    seal: documentSealing(keyring).seal,
  });
  const cookies: string[] = [];
  for (const person of people) cookies.push(await login(committer.commit, person));
  await committer.close();
  return cookies;
}

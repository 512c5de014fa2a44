// `node bench/card-renewals.ts [8000]`: a renewal of so many cards by the whole program, and what somebody at its pages meanwhile feels.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findRunning } from '../src/edge/store/embedded/index.ts';
import { makeCards } from '../test/contracts/make-cards.ts';
import {
  draftRenewal,
  freeAddresses,
  freePort,
  type HttpBrowser,
  pressStep,
  startHub,
  withDemoCard,
} from '../test/support/index.ts';
import { quantile } from './load.ts';
import { machine } from './report.ts';

const count = Number(process.argv[2] ?? 8000);
const day = 86_400_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const hub = await startHub({
  addresses: await freeAddresses(),
  env: {
    TILLIT_CA_URL: `https://localhost:${await freePort()}`,
    TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
  },
});
const pool = new pg.Pool({ ...(await findRunning(hub.dataFolder)), max: 1 });
const residentMb = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);

/** Opens a page ten times a second until `until` is over; answers the times. */
async function lookAround(browser: HttpBrowser, until: () => Promise<boolean>): Promise<readonly number[]> {
  const times: number[] = [];
  for (;;) {
    const begun = performance.now();
    await browser.go(`${hub.hubUrl}/cards`);
    times.push(performance.now() - begun);
    if (await until()) return times;
    await sleep(100);
  }
}
const shown = (times: readonly number[]): string =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms of ${times.length}`;

try {
  const validUntil = Date.now() + 30 * day;
  const where = { organisation: 'fjord-hospital', profile: 'staff-card' } as const;
  await makeCards(pool, { ...where, count, validUntil, prefix: 'h' });
  const [officer, reader] = [await withDemoCard(hub, 'lars-simple'), await withDemoCard(hub, 'kari-simple')];
  const before = residentMb();
  let looks = 0;
  const quiet = await lookAround(reader, async () => ++looks === 100);

  const begun = performance.now();
  const draft = await draftRenewal(hub, officer, {
    ...where,
    day: new Date(validUntil + 2 * day).toISOString().slice(0, 10),
  });
  const drafted = performance.now() - begun;
  await pressStep(officer, draft, 'start');
  const started = performance.now();
  const job = draft.url.pathname.split('/').at(-1);
  let mostMb = 0;
  const busy = await lookAround(reader, async () => {
    mostMb = Math.max(mostMb, residentMb());
    const { rows } = await pool.query<{ state: string }>('SELECT state FROM hub.card_renewal WHERE id = $1', [job]);
    return rows[0]?.state === 'done';
  });
  const seconds = (performance.now() - started) / 1000;
  const { rows } = await pool.query<{ orders: number; old: number }>(
    'SELECT count(*)::int AS orders, count(DISTINCT replaces)::int AS old FROM hub.card WHERE renewal_job = $1',
    [job],
  );
  if (rows[0]?.orders !== count || rows[0].old !== count) throw new Error(`not each once: ${JSON.stringify(rows)}`);
  say(machine('embedded PostgreSQL 18, fsync on'));
  say(`draft of ${count} cards with its page: ${(drafted / 1000).toFixed(1)} s`);
  say(`renewal of ${count} cards: ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} a second, each once`);
  say(`the hub's memory: ${before} MB before, at most ${mostMb} MB`);
  say(`a page of cards meanwhile: ${shown(busy)}; before: ${shown(quiet)}`);
} finally {
  await pool.end();
  await hub.remove();
}

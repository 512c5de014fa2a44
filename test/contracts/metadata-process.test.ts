// The process of a refresh: whatever ends it, nothing is half done, nobody waits, and another hub goes on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import {
  metadataExpiring,
  metadataMetrics,
  type RefreshParts,
  refreshDue,
  refreshNow,
} from '../../src/apps/hub/metadata/index.ts';
import { runRefresh } from '../../src/apps/hub/metadata/refresh-process.ts';
import { dayMs, minuteMs } from '../../src/base/clock.ts';
import { dueWarnings, type MetadataSource } from '../../src/core/catalogue/index.ts';
import { sampleEntity, sampleIdp, sampleSource } from '../../src/core/metadata/sample-entity.ts';
import { metadataReads } from '../../src/edge/store/hub/metadata-read.ts';
import { readSources, syncSources, takeLease } from '../../src/edge/store/hub/metadata-sources.ts';
import { metadataText, serveMetadata, testSigner } from '../fakes/metadata-documents.ts';
import { temporaryFolder } from '../support/index.ts';
import { onEachServer } from './servers.ts';

const signer = testSigner();
const program = fileURLToPath(new URL('../../src/apps/hub/metadata/refresh-program.ts', import.meta.url));
const entities = Array.from({ length: 200 }, (_, n) => sampleEntity({ entityId: `https://idp${n}.example/saml` }));

onEachServer('the process of a refresh', (database) => {
  const folder = temporaryFolder('metadata');
  let place: Awaited<ReturnType<typeof serveMetadata>>;
  let source: MetadataSource;
  let hangs = false;
  let at = Date.now();
  const quiet = { info: () => undefined, warn: () => undefined };
  const parts = (change: Partial<RefreshParts> = {}): RefreshParts => ({
    pool: database.pool,
    connection: database.connection,
    node: 'one',
    clock: () => at,
    ...change,
  });
  const state = async () => (await readSources(database.pool)).find(({ id }) => id === source.id);
  const publish = async (some = entities) =>
    metadataText({ entities: some, createdAt: at, validUntil: at + 7 * dayMs, signer });
  let text = '';

  before(async () => {
    text = await publish(entities.slice(0, 2));
    place = await serveMetadata((_request, response) => {
      if (!hangs) response.end(text);
    });
    source = sampleSource({
      id: 'fed',
      from: { url: place.url },
      signers: [{ certificate: signer.pem }],
      privateNetwork: true,
      timeoutSeconds: 30,
    });
    await syncSources(database.pool, [source], at);
  });
  after(async () => {
    await place.close();
    folder.remove();
  });

  /** A program that stands in for the real one, and ends badly. */
  const badly = (code: string): Pick<RefreshParts, 'run'> => {
    const file = join(folder.path, 'badly.mjs');
    writeFileSync(file, code);
    return { run: (task, given) => runRefresh(task, { ...given, program: file }) };
  };

  test('the real one takes what is due, once among hubs, and not before it is due again', async () => {
    const catalogue = () => ({ metadataSources: new Map([[source.id, source]]) });
    const runs: string[] = [];
    const hub = (node: string) =>
      refreshDue(
        parts({
          node,
          run: (task, given) => {
            runs.push(node);
            return runRefresh(task, given);
          },
        }),
        catalogue,
        quiet,
      );
    await Promise.all([hub('one'), hub('two')]);
    assert.equal(runs.length, 1);
    const found = await state();
    assert.deepEqual([found?.entities, found?.failures], [2, 0]);
    await hub('three');
    assert.equal(runs.length, 1, 'it is not due');
    // Another record is followed at once; a source that is gone takes its entities along.
    source = { ...source, roles: ['idp'] };
    await hub('one');
    assert.equal(runs.length, 2);
    await refreshDue(parts(), () => ({ metadataSources: new Map() }), quiet);
    assert.deepEqual(await readSources(database.pool), []);
    assert.equal((await database.pool.query('SELECT FROM hub.metadata_entity')).rowCount, 0);
    await hub('one');
  });

  test('what crashes, says nonsense or hangs is a failure with its reason, and what is in use stays', async () => {
    const reasonOf = async (change: Partial<RefreshParts>, timeoutSeconds = 30) => {
      const outcome = await refreshNow(parts(change), { ...source, timeoutSeconds }, { due: false });
      assert.equal(outcome?.kind, 'failed');
      assert.equal((await state())?.entities, 2);
      return outcome?.kind === 'failed' ? [outcome.reason, (await state())?.failure] : [];
    };
    assert.deepEqual(await reasonOf(badly('process.exit(1)')), ['refresh.crashed', 'refresh.crashed']);
    assert.deepEqual(await reasonOf(badly('process.kill(process.pid, "SIGKILL")')), [
      'refresh.crashed',
      'refresh.crashed',
    ]);
    assert.deepEqual(await reasonOf(badly('console.log("ok")')), ['refresh.crashed', 'refresh.crashed']);
    assert.deepEqual(await reasonOf(badly('for (;;);'), 1), ['refresh.timeout', 'refresh.timeout']);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    assert.deepEqual(await reasonOf({ ...badly('for (;;);'), signal: stop.signal }), [
      'refresh.stopped',
      'refresh.stopped',
    ]);
  });

  test('killed in the middle of storing, nothing is half done, and the next refresh is whole', async () => {
    at += minuteMs;
    text = await publish();
    const lock = await database.pool.connect();
    try {
      // The last statement of a refresh waits for this lock: everything else of it is done by then.
      await lock.query('BEGIN');
      await lock.query('LOCK TABLE hub.audit_event IN ACCESS EXCLUSIVE MODE');
      const stop = new AbortController();
      const refreshing = refreshNow(parts({ signal: stop.signal }), source, { due: false });
      const waits = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO hub.audit_event%'`;
      for (let tries = 0; (await database.pool.query<{ n: number }>(waits)).rows[0]?.n !== 1; tries++) {
        assert.ok(tries < 400, 'the refresh came to its last statement');
        await sleep(50);
      }
      stop.abort();
      await sleep(100);
      await lock.query('ROLLBACK');
      assert.equal((await refreshing)?.kind, 'failed');
    } finally {
      lock.release();
    }
    assert.equal((await state())?.entities, 2);
    const whole = await refreshNow(parts(), source, { due: false });
    assert.ok(whole?.kind === 'taken');
    assert.equal((await state())?.entities, 200);
  });

  test('a hub that is gone takes its refresh along, and its lease ends by itself', async () => {
    hangs = true;
    const lease = 'dead 1';
    const forMs = 60_000;
    assert.ok(await takeLease(database.pool, { id: source.id, by: lease, now: at, forMs, due: false }));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'inherit'] });
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdin.write(`${JSON.stringify({ source, lease, connection: database.connection, now: at })}\n`);
    await sleep(500);
    assert.equal(child.exitCode, null);
    // All that a process sees of another's death: the pipe closes.
    child.stdin.end();
    assert.equal(await gone, 3);
    hangs = false;
    assert.equal(await refreshNow(parts({ node: 'two' }), source, { due: false }), undefined, 'the lease still holds');
    at += forMs;
    assert.equal((await refreshNow(parts({ node: 'two' }), source, { due: false }))?.kind, 'taken');
  });

  test('without its lease a refresh stores nothing', async () => {
    await takeLease(database.pool, { id: source.id, by: 'mine', now: at, forMs: 60_000, due: false });
    const outcome = await runRefresh(
      { source, lease: 'somebody else’s', connection: database.connection, now: at },
      { timeoutMs: 30_000 },
    );
    assert.equal(outcome.kind === 'failed' && outcome.reason, 'refresh.leaseLost');
  });

  test('2,000 entities in seconds, and the hub’s own process grows by less than 20 MB', async () => {
    at += minuteMs;
    text = await publish(
      Array.from({ length: 2000 }, (_, n) => sampleEntity({ entityId: `https://many${n}.example/saml` })),
    );
    const before = process.memoryUsage.rss();
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    // The place that serves it is in this process too: what it sends is not the refresh's.
    const file = join(folder.path, 'many.xml');
    writeFileSync(file, text);
    const begun = performance.now();
    const outcome = await refreshNow(parts(), source, { due: false, file });
    clearInterval(sampling);
    assert.ok(outcome?.kind === 'taken', JSON.stringify(outcome));
    assert.deepEqual([outcome.added, outcome.gone], [2000, 200]);
    assert.ok(performance.now() - begun < 30_000);
    assert.ok(most - before < 20 * 1024 * 1024, `${most - before} bytes`);
    const registry = new Registry();
    metadataMetrics(registry, database.pool, () => at);
    const metrics = await registry.metrics();
    for (const line of ['entities{source="fed"} 2000', 'held{source="fed"} 0', 'failures{source="fed"} 0'])
      assert.ok(metrics.includes(`tillit_metadata_${line}\n`), metrics);
    assert.match(metrics, /tillit_metadata_seconds_left\{source="fed"\} 604\d{3}/);
    const reads = metadataReads(database.pool);
    const times: number[] = [];
    for (let n = 0; n < 200; n++) {
      const from = performance.now();
      assert.equal((await reads.entities(`https://many${n * 9}.example/saml`, ['fed'])).length, 1);
      times.push(performance.now() - from);
    }
    const median = times.sort((one, another) => one - another)[100] ?? 0;
    assert.ok(median < 5, `${median} ms`);
  });

  test('a document that is about to end is warned of, and so is what is in use while a change waits', async () => {
    const [only] = await metadataExpiring(database.pool);
    assert.deepEqual([only?.kind, only?.name, only?.expiresAt], ['metadata', 'metadata source fed', at + 7 * dayMs]);
    const due = (later: number) => dueWarnings(only ? [only] : [], at + later).length;
    assert.deepEqual([due(5 * dayMs), due(6 * dayMs)], [0, 1], 'a quarter of its life is left');
    at += minuteMs;
    const weaker = sampleEntity({ entityId: 'https://many1.example/saml', idp: sampleIdp({ keys: [] }) });
    text = await publish([sampleEntity({ entityId: 'https://many0.example/saml' }), weaker]);
    assert.equal((await refreshNow(parts(), source, { due: false }))?.kind, 'taken');
    const names = (await metadataExpiring(database.pool)).map(({ name, expiresAt }) => [name, expiresAt - at]);
    assert.deepEqual(names, [
      ['metadata source fed', 7 * dayMs],
      ['metadata of https://many1.example/saml, whose change waits for approval', 7 * dayMs - minuteMs],
    ]);
  });
});

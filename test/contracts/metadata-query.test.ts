// Entities that are asked for one by one (MDQ), and providers that people search for.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { entityMetadata } from '../../src/apps/hub/metadata/index.ts';
import { dayMs, hourMs, minuteMs } from '../../src/base/clock.ts';
import type { MetadataSource } from '../../src/core/catalogue/index.ts';
import { admit, compareStored, type EntityMetadata } from '../../src/core/metadata/index.ts';
import { sampleEntity, sampleIdp, sampleSource, sampleSp } from '../../src/core/metadata/sample-entity.ts';
import { inTransaction } from '../../src/edge/store/hub/audit-insert.ts';
import { readHeld } from '../../src/edge/store/hub/metadata-read.ts';
import { readSources, syncSources } from '../../src/edge/store/hub/metadata-sources.ts';
import { takeEntities } from '../../src/edge/store/hub/metadata-take.ts';
import { type DocumentToWrite, metadataText, serveMetadata, testSigner } from '../fakes/metadata-documents.ts';
import { onEachServer } from './servers.ts';

const signer = testSigner();
const start = Date.now();

onEachServer('asking for entities', (database) => {
  let place: Awaited<ReturnType<typeof serveMetadata>>;
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  let asked: string[] = [];
  let at = start;
  let count = 0;
  let entityId = '';
  let source: MetadataSource;
  let sources: MetadataSource[];
  let face: EntityMetadata;

  before(async () => {
    place = await serveMetadata((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
  });
  after(() => place.close());
  beforeEach(async () => {
    at = start;
    asked = [];
    count += 1;
    entityId = `https://idp${count}.example/saml`;
    source = sampleSource({
      id: `mdq${count}`,
      from: { mdq: place.url, form: 'id' },
      signers: [{ certificate: signer.pem }],
      privateNetwork: true,
    });
    sources = [source];
    await syncSources(database.pool, sources, at);
    face = hub();
  });

  /** What a hub of its own sees: nothing is shared but the database. */
  const hub = () =>
    entityMetadata({
      pool: database.pool,
      clock: () => at,
      catalogue: () => ({ metadataSources: new Map(sources.map((one) => [one.id, one])) }),
      log: { warn: () => undefined },
    });
  const serve = async (change: Partial<DocumentToWrite> = {}, idp: Parameters<typeof sampleIdp>[0] = {}) => {
    const text = await metadataText({
      entities: [sampleEntity({ entityId, idp: sampleIdp(idp) })],
      aggregate: false,
      validUntil: start + dayMs,
      cacheDuration: 'PT1H',
      signer,
      ...change,
    });
    answer = (_request, response) => response.end(text);
  };
  const down = (_request: IncomingMessage, response: ServerResponse) => response.destroy();
  const kindOf = async (role: 'idp' | 'sp' = 'idp') => (await face.findEntity(entityId, role)).kind;

  test('asked once, used by every hub while it is fresh, and asked for again then', async () => {
    await serve();
    assert.deepEqual(await Promise.all([kindOf(), kindOf(), kindOf()]), ['found', 'found', 'found']);
    assert.deepEqual(asked, [`/entities/${encodeURIComponent(entityId)}`]);
    const other = await hub().findEntity(entityId, 'idp');
    assert.ok(other.kind === 'found');
    assert.deepEqual(other.entity.idp?.keys, sampleIdp().keys);
    assert.equal(other.validUntil, start + dayMs);
    assert.equal(asked.length, 1);
    at += hourMs;
    assert.equal(await kindOf(), 'found');
    assert.equal(asked.length, 2);
    assert.equal(await kindOf('sp'), 'unknown');
  });

  test('while the service is away the last good copy serves, until its end and no longer', async () => {
    await serve();
    await kindOf();
    answer = down;
    at += 2 * hourMs;
    assert.equal(await kindOf(), 'found');
    assert.equal(await kindOf(), 'found');
    assert.equal(asked.length, 2, 'not asked again at every login');
    at = start + dayMs;
    assert.deepEqual(await face.findEntity(entityId, 'idp'), {
      kind: 'expired',
      source: source.id,
      validUntil: start + dayMs,
    });
    await serve({ validUntil: at + dayMs });
    at += minuteMs;
    assert.equal(await kindOf(), 'found');
    const state = (await readSources(database.pool)).find(({ id }) => id === source.id);
    assert.equal(state?.failures, 0);
  });

  test('what the service does not know is unknown for a moment; who leaves it counts no more', async () => {
    answer = (_request, response) => response.writeHead(400).end();
    assert.deepEqual(await face.findEntity('stranger', 'idp'), { kind: 'unknown' });
    asked = [];
    answer = (_request, response) => response.writeHead(404).end();
    assert.deepEqual([await kindOf(), await kindOf()], ['unknown', 'unknown']);
    assert.equal(asked.length, 1);
    await serve();
    at += minuteMs;
    assert.equal(await kindOf(), 'found');
    answer = (_request, response) => response.writeHead(404).end();
    at += 2 * hourMs;
    assert.equal(await kindOf(), 'unknown');
  });

  const refused: readonly (readonly [what: string, change: () => Partial<DocumentToWrite>])[] = [
    ['another entity than asked for', () => ({ entities: [sampleEntity({ entityId: 'https://evil.example' })] })],
    ['a whole list', () => ({ aggregate: true })],
    ['signed by another key', () => ({ signer: testSigner() })],
    ['not signed', () => ({ signer: undefined })],
    ['expired', () => ({ validUntil: start })],
  ];
  for (const [what, change] of refused) {
    test(`refused: ${what}`, async () => {
      await serve(change());
      assert.deepEqual(await face.findEntity(entityId, 'idp'), { kind: 'unavailable', source: source.id });
      const state = (await readSources(database.pool)).find(({ id }) => id === source.id);
      assert.deepEqual([state?.failures, state?.alarmed], [1, true]);
    });
  }

  test('refused: an older document than the one in use, and what weakens is held', async () => {
    await serve({ validUntil: start + 2 * dayMs });
    await kindOf();
    at += 2 * hourMs;
    await serve({ validUntil: start + dayMs });
    const kept = await face.findEntity(entityId, 'idp');
    assert.equal(kept.kind === 'found' && kept.validUntil, start + 2 * dayMs);
    at += minuteMs;
    await serve({ validUntil: start + 3 * dayMs }, { wantAuthnRequestsSigned: false });
    const held = await face.findEntity(entityId, 'idp');
    assert.ok(held.kind === 'found');
    assert.deepEqual([held.entity.idp?.wantAuthnRequestsSigned, held.validUntil], [true, start + 2 * dayMs]);
    assert.equal((await readHeld(database.pool, entityId)).length, 1);
    const before = asked.length;
    await face.findEntity(entityId, 'idp');
    assert.equal(asked.length, before, 'what is held is not asked for at every login');
  });

  test('few at a time, and no more wait than can be served', async () => {
    let now = 0;
    let most = 0;
    // Nobody is answered before the last one has come and eight are asked for: how fast each is must not matter.
    let refused = 0;
    let open = () => {};
    const openWhenAllCame = () => refused === 28 && most === 8 && open();
    const allCame = new Promise<void>((resolve) => {
      open = resolve;
    });
    answer = async (_request, response) => {
      now += 1;
      most = Math.max(most, now);
      openWhenAllCame();
      await Promise.race([allCame, sleep(10_000)]);
      now -= 1;
      response.writeHead(404).end();
    };
    const many = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const found = await face.findEntity(`https://x${n}.example`, 'idp');
        if (found.kind === 'unavailable') refused += 1;
        openWhenAllCame();
        return found;
      }),
    );
    assert.equal(most, 8);
    assert.deepEqual(
      [many.filter(({ kind }) => kind === 'unknown').length, many.filter(({ kind }) => kind === 'unavailable').length],
      [72, 28],
    );
  });

  test('by SHA-1, and not inside where the record does not say so', async () => {
    sources = [{ ...source, from: { mdq: `${place.url}/mdq/`, form: 'sha1' } }];
    await serve();
    assert.equal(await kindOf(), 'found');
    assert.match(asked[0] ?? '', /^\/mdq\/entities\/%7Bsha1%7D[0-9a-f]{40}$/);
    sources = [{ ...source, id: 'public', privateNetwork: false }];
    assert.equal((await hub().findEntity(entityId, 'idp')).kind, 'unavailable');
    assert.equal(asked.length, 1);
  });

  test('providers are found by the beginnings of words, in the language asked for', async () => {
    const names = (sv: string, en: string) => ({
      ...sampleIdp().uiInfo!,
      displayNames: [
        { language: 'sv', text: sv },
        { language: 'en', text: en },
      ],
    });
    const idp = (id: string, sv: string, en: string) =>
      sampleEntity({ entityId: `https://${id}`, idp: sampleIdp({ uiInfo: names(sv, en), scopes: [] }) });
    const list = sampleSource({ id: 'list', federation: 'one', order: 1 });
    const again = sampleSource({ id: 'again', federation: 'two', order: 2 });
    sources = [again, list];
    await syncSources(database.pool, sources, at);
    const put = (of: MetadataSource, entities: Parameters<typeof admit>[1], until: number | undefined) =>
      inTransaction(database.pool, (client) =>
        takeEntities(client, {
          source: of.id,
          entities: admit(of, entities, undefined, at).admitted.map((each) => ({ ...each, validUntil: until })),
          unreadable: [],
          whole: true,
          compare: compareStored,
          now: at,
        }),
      );
    const jonkoping = idp('j.example', 'Region Jönköpings län', 'Region Jonkoping County');
    await put(
      list,
      [
        jonkoping,
        idp('l.example', 'Lunds kommun', 'Municipality of Lund'),
        sampleEntity({ entityId: 'https://sp.example', idp: undefined, sp: sampleSp() }),
      ],
      at + dayMs,
    );
    await put(again, [jonkoping, idp('o.example', 'Region Örebro län', 'Region Orebro County')], at + hourMs);
    const search = async (text: string, locale: 'sv' | 'en' | 'nb', limit = 10, options = {}) =>
      (await face.searchProviders(text, locale, limit, options)).map(({ name, source: from }) => `${name} (${from})`);
    assert.deepEqual(await search('jönk reg', 'sv'), ['Region Jönköpings län (list)']);
    assert.deepEqual(await search('JONK', 'en'), ['Region Jonkoping County (list)']);
    assert.deepEqual(await search('lund', 'nb'), ['Municipality of Lund (list)']);
    assert.deepEqual(await search('', 'en'), [
      'Municipality of Lund (list)',
      'Region Jonkoping County (list)',
      'Region Orebro County (again)',
    ]);
    assert.deepEqual(await search('', 'en', 1, { offset: 1 }), ['Region Jonkoping County (list)']);
    assert.deepEqual(await search('region', 'en', 10, { federation: 'two' }), [
      'Region Jonkoping County (again)',
      'Region Orebro County (again)',
    ]);
    for (const none of ['sp', 'nobody', `':* | !`, '\0', '%']) assert.deepEqual(await search(none, 'en'), [], none);
    sources = [again, { ...list, roles: ['sp'] }];
    assert.deepEqual(await search('lund', 'en'), [], 'its source brings applications alone');
    sources = [again, list];
    at += 2 * hourMs;
    assert.deepEqual(await search('orebro', 'en'), [], 'what ran out is not offered');
    sources = [];
    assert.deepEqual(await search('', 'en'), []);
  });
});

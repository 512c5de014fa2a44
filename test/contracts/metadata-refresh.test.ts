// Refreshing metadata: what is taken whole, what is refused, and what stays when something goes wrong.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { refreshNow } from '../../src/apps/hub/metadata/index.ts';
import { refreshSource } from '../../src/apps/hub/metadata/refresh-source.ts';
import type { RefreshOutcome, RefreshTask } from '../../src/apps/hub/metadata/refresh-task.ts';
import { dayMs, hourMs, minuteMs } from '../../src/base/clock.ts';
import type { MetadataSource } from '../../src/core/catalogue/index.ts';
import {
  key,
  sampleCertificates,
  sampleEntity,
  sampleIdp,
  sampleSource,
} from '../../src/core/metadata/sample-entity.ts';
import { approveHeld, metadataReads, readHeld } from '../../src/edge/store/hub/metadata-read.ts';
import { readSources, syncSources } from '../../src/edge/store/hub/metadata-sources.ts';
import { type DocumentToWrite, metadataText, serveMetadata, testSigner } from '../fakes/metadata-documents.ts';
import { temporaryFolder } from '../support/index.ts';
import { onEachServer } from './servers.ts';

const signer = testSigner();
const other = testSigner();
const now = Date.now();
const idp = (name: string, change: Parameters<typeof sampleIdp>[0] = {}) =>
  sampleEntity({ entityId: `https://${name}.example/saml`, idp: sampleIdp(change) });
const aggregate = (change: Partial<DocumentToWrite> = {}): Promise<string> =>
  metadataText({
    entities: [idp('lund'), idp('malmo')],
    createdAt: now - minuteMs,
    validUntil: now + 7 * dayMs,
    signer,
    ...change,
  });

onEachServer('refreshing metadata', (database) => {
  const folder = temporaryFolder('metadata');
  let place: Awaited<ReturnType<typeof serveMetadata>>;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let source: MetadataSource;
  let at = now;

  before(async () => {
    place = await serveMetadata((request, response) => answer(request, response));
  });
  after(async () => {
    await place.close();
    folder.remove();
  });
  beforeEach(async () => {
    at = now;
    const id = `s${randomBytes(4).toString('hex')}`;
    source = sampleSource({
      id,
      from: { url: `${place.url}/${id}` },
      signers: [{ certificate: signer.pem }],
      privateNetwork: true,
      timeoutSeconds: 20,
      mostMegabytes: 1,
    });
    await syncSources(database.pool, [source], at);
  });

  const serve = (text: string | Buffer, headers: Record<string, string> = {}) => {
    answer = (_request, response) => response.writeHead(200, headers).end(text);
  };
  /** In this process: `metadata-process.test.ts` has the other. */
  const run = async (task: RefreshTask): Promise<RefreshOutcome> => {
    const client = await database.pool.connect();
    try {
      return await refreshSource(task, client);
    } finally {
      client.release();
    }
  };
  const refresh = async (how: { file?: string; timeoutSeconds?: number } = {}) => {
    const { timeoutSeconds = source.timeoutSeconds, ...rest } = how;
    const parts = { pool: database.pool, connection: database.connection, node: 'test', clock: () => at, run };
    const outcome = await refreshNow(parts, { ...source, timeoutSeconds }, { due: false, ...rest });
    assert.ok(outcome !== undefined, 'the lease was free');
    return outcome;
  };
  const state = async () => {
    const found = (await readSources(database.pool)).find(({ id }) => id === source.id);
    assert.ok(found);
    return found;
  };
  const rowOf = async (name: string) =>
    (await metadataReads(database.pool).entities(`https://${name}.example/saml`, [source.id]))[0];
  const events = async (alarm: string) =>
    (
      await database.pool.query<{ text: string }>(
        `SELECT text FROM hub.audit_event WHERE kind = 'hub.alarm' AND text LIKE '%' || $1 || '%' ORDER BY id`,
        [source.id],
      )
    ).rows
      .map(({ text }) => JSON.parse(text) as { body: { alarm: string; state: string } })
      .filter(({ body }) => body.alarm === alarm)
      .map(({ body }) => body.state);
  const assertKept = async () => {
    const kept = await rowOf('lund');
    assert.deepEqual([kept?.gone, kept?.validUntil], [false, now + 7 * dayMs], 'the last good copy stays');
    assert.equal((await state()).entities, 2);
  };
  const taken = (outcome: RefreshOutcome) => {
    assert.ok(outcome.kind === 'taken', JSON.stringify(outcome));
    const { entities, added, changed, gone, held, unreadable } = outcome;
    return { entities, added, changed, gone, held, unreadable };
  };

  test('a document is taken, the next one takes its place, and what is gone does not count', async () => {
    serve(await aggregate());
    assert.deepEqual(taken(await refresh()), { entities: 2, added: 2, changed: 0, gone: 0, held: 0, unreadable: 0 });
    const first = await rowOf('lund');
    assert.deepEqual(first?.facts.idp?.singleSignOn, sampleIdp().singleSignOn);
    assert.equal(first?.validUntil, now + 7 * dayMs);
    assert.deepEqual([(await state()).failures, (await state()).entities], [0, 2]);

    const entities = [idp('lund', { uiInfo: undefined }), idp('kiruna')];
    serve(await aggregate({ entities, createdAt: now, validUntil: now + 8 * dayMs }));
    at = now + hourMs;
    assert.deepEqual(taken(await refresh()), { entities: 2, added: 1, changed: 1, gone: 1, held: 0, unreadable: 0 });
    assert.deepEqual([(await rowOf('malmo'))?.gone, (await rowOf('kiruna'))?.gone], [true, false]);
    assert.equal((await rowOf('lund'))?.validUntil, now + 8 * dayMs);
    assert.equal((await rowOf('lund'))?.facts.idp?.uiInfo, undefined);
  });

  test('a document that did not change is not sent again, and one that ran out is', async () => {
    const text = await aggregate({ cacheDuration: 'PT10M' });
    const asked: (string | undefined)[] = [];
    answer = (request, response) => {
      const known = request.headers['if-none-match'];
      asked.push(known);
      assert.equal(request.headers.accept, 'application/samlmetadata+xml');
      if (known === '"one"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"one"' }).end(text);
    };
    await refresh();
    at = now + hourMs;
    assert.deepEqual(await refresh(), { kind: 'confirmed' });
    await syncSources(database.pool, [{ ...source, roles: ['idp'] }], at);
    assert.equal((await refresh()).kind, 'taken', 'another record: the whole document is looked at again');
    at = now + 7 * dayMs;
    assert.deepEqual(await refresh(), { kind: 'refused', reason: 'validUntil', detail: 'the metadata has expired' });
    assert.deepEqual(asked, [undefined, '"one"', undefined, undefined]);
    const next = await database.pool.query('SELECT next_at FROM hub.metadata_source WHERE id = $1', [source.id]);
    assert.ok(next.rows[0].next_at.getTime() <= at + minuteMs);
  });

  const refused: readonly (readonly [
    what: string,
    reason: string,
    document: () => Promise<string | Buffer>,
    change?: Partial<MetadataSource>,
  ])[] = [
    [
      'changed after signing',
      'signature',
      async () => (await aggregate()).replace('lund.example/sso', 'evil.example/sso'),
    ],
    ['signed by another key', 'signature', () => aggregate({ signer: other })],
    ['not signed', 'signed', () => aggregate({ signer: undefined })],
    ['expired', 'validUntil', () => aggregate({ createdAt: now, validUntil: now - 1 })],
    ['without an end', 'document.hasEnd', () => aggregate({ createdAt: now, validUntil: undefined })],
    ['older than the one in use', 'document.older', () => aggregate({ createdAt: now - hourMs })],
    ['of tomorrow', 'document.future', () => aggregate({ createdAt: now + dayMs })],
    ['an entity twice', 'sameEntityTwice', () => aggregate({ entities: [idp('lund'), idp('lund')], createdAt: now })],
    ['nobody who is let in', 'document.empty', () => aggregate({ createdAt: now }), { roles: ['sp'] }],
    ['a DTD', 'xml.doctype', async () => `<!DOCTYPE x [<!ENTITY e "e">]>${await aggregate()}`],
    ['cut short', 'xml.notWellFormed', async () => (await aggregate()).slice(0, -20)],
    ['no XML', 'xml.notWellFormed', async () => 'Service unavailable'],
    ['not UTF-8', 'xml.encoding', async () => Buffer.from([0xff, 0xfe, 0x3c])],
    ['another document', 'structure', async () => '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
  ];
  for (const [what, reason, document, change] of refused) {
    test(`refused: ${what}`, async () => {
      serve(await aggregate());
      await refresh();
      source = { ...source, ...change };
      serve(await document());
      const outcome = await refresh();
      assert.deepEqual([outcome.kind, 'reason' in outcome && outcome.reason], ['refused', reason]);
      await assertKept();
      assert.deepEqual(await events('metadata.notRefreshed'), ['raised'], 'an alarm at once');
      source = { ...source, roles: ['idp', 'sp'] };
      serve(await aggregate());
      assert.equal((await refresh()).kind, 'taken');
      assert.deepEqual(await events('metadata.notRefreshed'), ['raised', 'ended']);
    });
  }

  const failing: readonly (readonly [
    what: string,
    detail: RegExp,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
    timeoutSeconds?: number,
  ])[] = [
    ['an error of the server', /status 500/, (_request, response) => response.writeHead(500).end()],
    ['gone from there', /status 404/, (_request, response) => response.writeHead(404).end()],
    ['a redirect', /status 302/, (_request, response) => response.writeHead(302, { location: '/x' }).end()],
    ['more than allowed', /more than 1048576/, (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1))],
    [
      'a broken connection',
      /ECONNRESET/,
      (_request, response) => {
        response.writeHead(200, { 'content-length': '50' });
        response.write('x', () => response.destroy());
      },
    ],
    [
      'compressed',
      /compressed/,
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    ],
    ['a server that never ends', /not done within|within 2000 ms/, (_request, response) => response.write('x'), 2],
  ];
  for (const [what, detail, handle, timeoutSeconds] of failing) {
    test(`not fetched: ${what}`, async () => {
      serve(await aggregate());
      await refresh();
      answer = handle;
      const outcome = await refresh(timeoutSeconds === undefined ? {} : { timeoutSeconds });
      assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
      assert.match(outcome.detail, detail);
      await assertKept();
      assert.deepEqual([(await state()).failures, (await state()).failureDetail], [1, outcome.detail]);
    });
  }

  test('what does not come is an alarm at the third time, once, and it ends', async () => {
    answer = (_request, response) => response.writeHead(503).end();
    for (let times = 0; times < 4; times++) await refresh();
    assert.deepEqual(await events('metadata.notRefreshed'), ['raised']);
    assert.equal((await state()).failures, 4);
    serve(await aggregate());
    await refresh();
    assert.deepEqual(await events('metadata.notRefreshed'), ['raised', 'ended']);
  });

  test('what weakens an entity waits for a person, and what is in use stays until its own end', async () => {
    serve(await aggregate());
    await refresh();
    const entities = [idp('lund', { wantAuthnRequestsSigned: false }), idp('malmo')];
    const weaker = { entities, createdAt: now, validUntil: now + 9 * dayMs };
    serve(await aggregate(weaker));
    assert.deepEqual(taken(await refresh()), { entities: 2, added: 0, changed: 0, gone: 0, held: 1, unreadable: 0 });
    await refresh();
    assert.deepEqual(await events('metadata.held'), ['raised'], 'said once');
    const [kept, malmo] = [await rowOf('lund'), await rowOf('malmo')];
    assert.equal(kept?.facts.idp?.wantAuthnRequestsSigned, true);
    assert.deepEqual([kept?.validUntil, malmo?.validUntil], [now + 7 * dayMs, now + 9 * dayMs]);
    const [held] = await readHeld(database.pool, 'https://lund.example/saml');
    assert.deepEqual(
      held?.reasons.map(({ name }) => name),
      ['signatureNotRequired'],
    );
    assert.equal(held?.inUseUntil, now + 7 * dayMs);
    assert.equal((await state()).held, 1);

    assert.equal((await approveHeld(database.pool, held?.digest ?? '', at)).length, 1);
    assert.equal((await rowOf('lund'))?.facts.idp?.wantAuthnRequestsSigned, false);
    assert.equal((await rowOf('lund'))?.validUntil, now + 9 * dayMs);
    assert.deepEqual(taken(await refresh()), { entities: 2, added: 0, changed: 0, gone: 0, held: 0, unreadable: 0 });
    assert.deepEqual(await approveHeld(database.pool, held?.digest ?? '', at), [], 'once');
  });

  test('a held change that is taken back is held no more; another one is another', async () => {
    const { first, second, third } = sampleCertificates;
    const publish = async (certificate: Buffer) => {
      serve(await aggregate({ entities: [idp('lund', { keys: [key('signing', certificate)] }), idp('malmo')] }));
      return taken(await refresh()).held;
    };
    assert.equal(await publish(first), 0);
    assert.equal(await publish(second), 1);
    const [one] = await readHeld(database.pool, 'https://lund.example/saml');
    assert.equal(await publish(third), 1);
    const [another] = await readHeld(database.pool, 'https://lund.example/saml');
    assert.notEqual(one?.digest, another?.digest);
    assert.deepEqual(
      await approveHeld(database.pool, one?.digest ?? '', at),
      [],
      'what was seen is not there any more',
    );
    assert.equal(await publish(first), 0);
    assert.deepEqual(await readHeld(database.pool, 'https://lund.example/saml'), []);
    assert.deepEqual(await events('metadata.held'), ['raised', 'raised']);
  });

  test('keys roll over with an overlap and without a person', async () => {
    const { first, second } = sampleCertificates;
    for (const keys of [[first], [first, second], [second]]) {
      serve(await aggregate({ entities: [idp('lund', { keys: [key('signing', ...keys)] }), idp('malmo')] }));
      assert.equal(taken(await refresh()).held, 0);
      const stored = (await rowOf('lund'))?.facts.idp?.keys[0]?.certificates;
      assert.deepEqual(
        stored,
        keys.map((der) => der.toString('base64')),
      );
    }
  });

  test('who was gone and comes back weaker is not in use until a person says so', async () => {
    serve(await aggregate());
    await refresh();
    serve(await aggregate({ entities: [idp('malmo')], createdAt: now }));
    assert.equal(taken(await refresh()).gone, 1);
    serve(
      await aggregate({ entities: [idp('malmo'), idp('lund', { wantAuthnRequestsSigned: false })], createdAt: now }),
    );
    assert.equal(taken(await refresh()).held, 1);
    assert.equal((await rowOf('lund'))?.gone, true);
    const [held] = await readHeld(database.pool, 'https://lund.example/saml');
    await approveHeld(database.pool, held?.digest ?? '', at);
    assert.equal((await rowOf('lund'))?.gone, false);
  });

  test('an entity that cannot be read keeps what is in use, until its own end, and costs nobody else anything', async () => {
    serve(await aggregate());
    await refresh();
    const broken = await aggregate({ signer: undefined, createdAt: now, validUntil: now + 9 * dayMs });
    assert.match(broken, /wantAuthnRequestsSigned|WantAuthnRequestsSigned/);
    const { readXml, loadXml, childrenOf } = await import('../../src/base/xml/index.ts');
    await loadXml();
    const read = readXml(broken.replace('WantAuthnRequestsSigned="true"', 'WantAuthnRequestsSigned="perhaps"'));
    assert.ok(read.ok);
    const entities = childrenOf(read.document.root).filter(({ local }) => local === 'EntityDescriptor');
    serve(await aggregate({ entities, createdAt: now, validUntil: now + 9 * dayMs }));
    assert.deepEqual(taken(await refresh()), { entities: 1, added: 0, changed: 0, gone: 0, held: 0, unreadable: 1 });
    assert.deepEqual(
      [(await rowOf('lund'))?.validUntil, (await rowOf('malmo'))?.validUntil],
      [now + 7 * dayMs, now + 9 * dayMs],
    );
  });

  test('a file that is handed in goes through the same checks', async () => {
    const file = join(folder.path, `${source.id}.xml`);
    source = { ...source, from: { handedIn: true } };
    await syncSources(database.pool, [source], at);
    writeFileSync(file, await aggregate({ signer: other }));
    assert.equal((await refresh({ file })).kind, 'refused');
    writeFileSync(file, await aggregate());
    assert.equal(taken(await refresh({ file })).added, 2);
    writeFileSync(file, await aggregate({ createdAt: now - dayMs }));
    const outcome = await refresh({ file });
    assert.equal(outcome.kind === 'refused' && outcome.reason, 'document.older');
    assert.equal((await refresh()).kind, 'failed', 'nothing is fetched');
  });

  test('a partner that an administrator applied needs no signature, and is one entity', async () => {
    const apply = async (document: string) => {
      source = { ...source, from: { document }, signers: [] };
      await syncSources(database.pool, [source], at);
      return refresh();
    };
    assert.equal(
      taken(await apply(await aggregate({ aggregate: false, signer: undefined, validUntil: undefined }))).added,
      1,
    );
    assert.equal((await rowOf('lund'))?.validUntil, undefined);
    const many = await apply(await aggregate({ signer: undefined }));
    assert.equal(many.kind === 'refused' && many.reason, 'document.kind');
  });

  test('a pinned fingerprint finds its certificate in the document, and no other', async () => {
    const fingerprint = createHash('sha256').update(signer.der).digest('hex').toUpperCase().replace(/..\B/g, '$&:');
    source = { ...source, signers: [{ fingerprint }] };
    serve(await aggregate({ signer: other }));
    const refusedOne = await refresh();
    assert.equal(refusedOne.kind === 'refused' && refusedOne.reason, 'signature');
    serve(await aggregate());
    assert.equal(taken(await refresh()).added, 2);
  });

  test('either of two signers, while the federation changes its key', async () => {
    source = { ...source, signers: [{ certificate: other.pem }, { certificate: signer.pem }] };
    serve(await aggregate());
    await refresh();
    serve(await aggregate({ signer: other, createdAt: now }));
    assert.equal((await refresh()).kind, 'taken');
  });
});

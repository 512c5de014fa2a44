// The counter over the real store: a soft card that is given once, one that is made again, a temporary card in one commit, and names without accents.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { before, test } from 'node:test';
import { cardDesk } from '../../src/apps/hub/ordering/card-desk.ts';
import { cardWork } from '../../src/apps/hub/ordering/card-work.ts';
import { searchWords } from '../../src/base/search-words.ts';
import { pemBlocks, readCsr, writeCertificate, writeExtension, writeName } from '../../src/base/x509/index.ts';
import type { CardProfile, CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { AdministrationRole } from '../../src/core/directory/index.ts';
import { type CertificateIssuer, standingRefusal } from '../../src/core/ordering/index.ts';
import type { Session, SessionPorts } from '../../src/core/sessions/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { cardById, cardOfCertificate, cardSteps, cardsOf } from '../../src/edge/store/hub/cards.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import type { CardDesk, SoftCardDone } from '../../src/edge/web/portal/index.ts';
import { newKey } from '../fakes/certificates.ts';
import { profile as staffCard } from '../fakes/ordering-facts.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const day = 86_400_000;
const kinds: readonly CardProfile[] = [
  { ...staffCard, approval: false, softCard: true, issuer: 'outside-ca' },
  { ...staffCard, id: 'chip', approval: false },
  { ...staffCard, id: 'two', approval: false, softCard: true, dualControl: true },
];
const cardProfiles = new Map(kinds.map((kind) => [kind.id, kind]));
const catalogue = () =>
  ({ cardProfiles, populations: new Map(), certificateIssuers: new Map() }) as unknown as CatalogueSnapshot;
const session = (person: string) => ({ id: `session of ${person}`, person, evidence: [] }) as unknown as Session;

onEachServer('the counter', (database) => {
  let pool: ContractDatabase['pool'];
  let desk: CardDesk;
  const clock = () => Date.now();
  const mona = session('mona');
  const olof = session('olof');
  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [{ id: 'hospital', name: 'Hospital', number: '200000007', closed: false }]);
    for (const [id, given, family] of [
      ...[
        ['mona', 'Mona', 'Lund'],
        ['olof', 'Olof', 'Ek'],
        ['odd', 'Odd', 'Ek'],
      ],
      ...[
        ['nina', 'Åse-Marie', 'Sørhus Þórsdóttir'],
        ['lars', 'Łukasz', 'Cœur'],
        ['per', 'Per', 'Hahn'],
        ['siv', 'Siv', 'Ås'],
      ],
    ])
      await pool.query('INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, $2, $3)', [id, given, family]);
    for (const id of ['nina', 'lars', 'per', 'siv'])
      await pool.query(
        "INSERT INTO hub.assignment (id, person, organisation, role, hsa_id) VALUES ($1, $1, 'hospital', 'nurse', 'SE2000000081-' || upper($1))",
        [id],
      );
    const grants: readonly [string, AdministrationRole][] = [
      ['mona', 'card-orderer'],
      ['olof', 'card-officer'],
      ['odd', 'card-officer'],
    ];
    for (const [person, role] of grants) {
      const scope = { kind: 'organisation', organisation: 'hospital' } as const;
      const until = clock() + 365 * day;
      await saveGrant(
        pool,
        { id: `${person} ${role}`, person, role, scope, from: clock() - day, until, grantedBy: 'test', reason: 'test' },
        clock(),
      );
    }
    desk = cardDesk({ pool, catalogue, clock });
  });

  const told: string[] = [];
  const asked: string[] = [];
  let serial = 0;
  let answers: 'issue' | 'refuse' = 'issue';
  const issuerKey = newKey();
  const issuer: CertificateIssuer = {
    async submit({ request, holder, notAfter }) {
      if (answers === 'refuse') return { kind: 'refused', reason: 'closed' };
      const read = readCsr(Buffer.from(request));
      assert.ok(read.ok);
      serial += 1;
      const certificate = writeCertificate(
        {
          serial: Buffer.from([serial]),
          issuer: writeName([['2.5.4.3', 'Staff CA']]),
          subject: writeName([['2.5.4.3', holder.commonName ?? '']]),
          notBefore: clock() - day,
          notAfter,
          publicKey: read.csr.publicKey.der,
          extensions: [writeExtension.basicConstraints(false)],
        },
        issuerKey,
      );
      return { kind: 'issued', certificate };
    },
    revoke: async (number, why) => {
      told.push(`${why} ${Number.parseInt(number, 16)}`);
      return { kind: 'done' };
    },
    release: async () => ({ kind: 'done' }),
  };
  const issuerOf = (id: string) => {
    asked.push(id);
    return issuer;
  };
  const work = async () => {
    const queue = outboxStore(pool);
    const sessions = { store: { ofPerson: async () => [] } } as unknown as SessionPorts;
    const workers = cardWork({ pool, clock, profiles: () => cardProfiles, issuer: issuerOf, sessions });
    await pool.query('UPDATE hub.outbox SET not_before = now() WHERE done_at IS NULL');
    for (const one of await queue.take(10, [])) {
      await workers[one.kind as keyof typeof workers](one);
      await queue.done(one.id);
    }
  };
  /** With the hub's loop going on beside. */
  const during = async <T>(doing: Promise<T>): Promise<T> => {
    let over = false;
    const done = doing.finally(() => {
      over = true;
    });
    while (!over) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await work();
    return done;
  };
  const act = async (by: Session, id: string, action: Parameters<CardDesk['act']>[2], input = {}) => {
    const done = await desk.act(by, id, action, input, (await cardById(pool, id))?.revision ?? 0);
    assert.deepEqual(done, { kind: 'done' });
  };
  const checked = async (id: string, holder: string, profile = 'staff-card') => {
    await desk.order(mona, { id, holder, organisation: 'hospital', profile, replaces: undefined });
    await act(olof, id, 'checkIdentity', { document: 'passport' });
    return (await cardById(pool, id))?.revision ?? 0;
  };
  const opened = (made: SoftCardDone | { readonly kind: 'done' }) => {
    assert.ok(made.kind === 'made', JSON.stringify(made));
    const args = ['pkcs12', '-nodes', '-passin', `pass:${made.pin}`];
    const text = execFileSync('openssl', args, { input: made.file, encoding: 'utf8' });
    const [der = Buffer.alloc(0)] = pemBlocks(text);
    const key = createPrivateKey(text.slice(text.indexOf('-----BEGIN PRIVATE KEY')));
    return { certificate: new X509Certificate(der), key };
  };
  const fingerprintOf = ({ certificate }: ReturnType<typeof opened>) =>
    certificate.fingerprint256.replaceAll(':', '').toLowerCase();

  test('a soft card: keys of the hub, the certificate of the issuer, one file, and nothing of the key kept', async () => {
    const seen = await checked('soft-1', 'nina');
    const made = await during(desk.makeSoft(olof, 'soft-1', seen));
    const { certificate, key } = opened(made);
    assert.ok(certificate.checkPrivateKey(key));
    assert.match(certificate.subject, /Åse-Marie/);
    assert.match(made.kind === 'made' ? made.pin : '', /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
    const card = await cardById(pool, 'soft-1');
    assert.deepEqual([card?.state, card?.soft, card?.madeBy], ['made', true, 'olof']);
    const kept = await pool.query<{ all: string }>(
      `SELECT (SELECT json_agg(c) FROM hub.card c)::text || (SELECT json_agg(s) FROM hub.card_step s)::text
         || (SELECT json_agg(o) FROM hub.outbox o)::text || (SELECT json_agg(a.text) FROM hub.audit_event a)::text AS all`,
    );
    const secret = key.export({ format: 'jwk' }).d ?? '';
    const d = Buffer.from(secret, 'base64url');
    for (const form of [secret, d.toString('base64'), d.toString('hex'), made.kind === 'made' ? made.pin : ''])
      assert.equal(kept.rows[0]?.all.includes(form), false);
    const { rows } = await pool.query<{ by: string }>(
      "SELECT text::json #>> '{body,keysMadeBy}' AS by FROM hub.audit_event WHERE kind = 'card.requested' AND text LIKE '%soft-1%'",
    );
    assert.deepEqual(rows, [{ by: 'hub' }]);
    assert.equal((await desk.makeSoft(olof, 'soft-1', seen)).kind, 'refused', 'the same press again gives nothing');
  });

  test('a file that was lost: made again, the first certificate is revoked and never proves anybody', async () => {
    const first = (await cardById(pool, 'soft-1'))?.certificates[0];
    assert.ok(first);
    told.length = 0;
    asked.length = 0;
    await act(olof, 'soft-1', 'makeAgain');
    await work();
    assert.deepEqual(asked, ['outside-ca'], 'told where it was made, though it is on the card no more');
    assert.deepEqual(told, [`mistake ${Number.parseInt(first.serial, 16)}`]);
    const again = opened(await during(desk.makeSoft(olof, 'soft-1', (await cardById(pool, 'soft-1'))?.revision ?? 0)));
    await act(session('nina'), 'soft-1', 'receive');
    const card = await cardById(pool, 'soft-1');
    assert.deepEqual(
      card?.certificates.map(({ fingerprint }) => fingerprint),
      [fingerprintOf(again)],
    );
    assert.deepEqual(
      card?.withdrawn?.map(({ fingerprint }) => fingerprint),
      [first.fingerprint],
    );
    const shown = await cardOfCertificate(pool, first.fingerprint);
    assert.equal(shown && standingRefusal(shown, first.fingerprint), 'card.revoked');
    assert.equal(card && standingRefusal(card, fingerprintOf(again)), undefined);
  });

  test('an issuer that says no, a kind that is no file, and whose card it is: no file', async () => {
    answers = 'refuse';
    assert.deepEqual(await during(desk.makeSoft(olof, 'soft-2', await checked('soft-2', 'lars'))), { kind: 'late' });
    answers = 'issue';
    assert.equal((await cardById(pool, 'soft-2'))?.state, 'checked');
    const seen = await checked('chip-1', 'lars', 'chip');
    assert.deepEqual(await desk.makeSoft(olof, 'chip-1', seen), { kind: 'refused', code: 'order.noSoftCard' });
    assert.deepEqual(await desk.makeSoft(session('per'), 'chip-1', seen), { kind: 'unknown' });
    assert.deepEqual(await desk.makeSoft(session('lars'), 'chip-1', seen), { kind: 'refused', code: 'order.noRight' });
  });

  test('a temporary card: the forgotten one rests in the same commit, and opens again when it is back', async () => {
    const wish = { id: 'temp-00001', card: 'soft-1', why: 'forgotten', document: 'passport' } as const;
    assert.deepEqual(
      (await desk.missing(olof, { words: 'ase sorhus', card: '' })).map(({ card }) => card.id),
      ['soft-1'],
    );
    assert.deepEqual(await desk.temporary(olof, { ...wish, document: 'knownPerson' }), {
      kind: 'refused',
      code: 'order.document',
    });
    assert.deepEqual(
      [(await cardById(pool, wish.id))?.state, (await cardById(pool, 'soft-1'))?.state],
      [undefined, 'received'],
      'all of it or nothing',
    );
    const made = await during(desk.temporary(olof, wish));
    const { certificate } = opened(made);
    assert.ok(Date.parse(certificate.validTo) <= clock() + 24 * 3_600_000);
    assert.equal((await cardById(pool, 'soft-1'))?.state, 'suspended');
    assert.equal((await cardSteps(pool, 'soft-1')).at(-1)?.reason, 'forgotten');
    assert.deepEqual(await desk.temporary(olof, wish), { kind: 'unknown' }, 'sent twice, it is one');
    await act(olof, wish.id, 'handOver');
    assert.equal((await cardById(pool, wish.id))?.state, 'received');
    told.length = 0;
    await act(olof, 'soft-1', 'resume');
    await work();
    assert.deepEqual(
      [(await cardById(pool, wish.id))?.state, (await cardById(pool, wish.id))?.ending],
      ['ended', 'replaced'],
    );
    assert.equal(told.length, 1);
  });

  test('a temporary card: a lost one ends, a new one is ordered beside, and its receipt ends the temporary one', async () => {
    const wish = { id: 'temp-00002', card: 'soft-1', why: 'lost', document: 'passport' } as const;
    opened(await during(desk.temporary(olof, wish)));
    await act(olof, wish.id, 'handOver');
    assert.deepEqual([(await cardById(pool, 'soft-1'))?.ending], ['lost']);
    await during(desk.makeSoft(olof, 'soft-3', await checked('soft-3', 'nina')));
    await act(session('nina'), 'soft-3', 'receive');
    const cards = await cardsOf(pool, 'nina');
    assert.deepEqual(
      cards.filter(({ state }) => state !== 'ended').map(({ id }) => id),
      ['soft-3'],
    );
    assert.deepEqual(
      (await desk.missing(olof, { words: 'ase', card: '' })).map(({ card }) => card.id),
      ['soft-3'],
    );
  });

  test('a temporary card with a chip, or where two officers are wanted, is seen by one and made by the next', async () => {
    const seen = await checked('two-1', 'siv', 'two');
    await during(desk.makeSoft(session('odd'), 'two-1', seen));
    await act(session('siv'), 'two-1', 'receive');
    const wish = { id: 'temp-00003', card: 'two-1', why: 'forgotten', document: 'passport' } as const;
    assert.deepEqual(await desk.temporary(olof, wish), { kind: 'done' });
    const { revision = 0, state } = (await cardById(pool, wish.id)) ?? {};
    assert.equal(state, 'checked');
    assert.deepEqual(await desk.makeSoft(olof, wish.id, revision), { kind: 'refused', code: 'order.sameOfficer' });
    opened(await during(desk.makeSoft(session('odd'), wish.id, revision)));
  });

  test('names are found as people type them, in the database as in the program', async () => {
    for (const name of [
      'Åse-Marie Sørhus Þórsdóttir',
      'ÆRØ ŒUVRE Łódź',
      'Groß Müller-Lüdenscheidt',
      'Đorđe Ðuro',
      'Zoë O’Brien',
      'ﬁn Ǻ',
    ])
      assert.deepEqual(
        (await pool.query<{ it: string }>('SELECT hub.folded($1) AS it', [name])).rows[0]?.it.match(/[\p{L}\p{N}]+/gu),
        searchWords(name),
        name,
      );
    assert.deepEqual((await desk.find('olof', { words: '%', show: 'all' })).lines, []);
    assert.ok((await desk.find('olof', { words: '', show: 'all' })).lines.length > 5);
    const found = async (words: string) => (await desk.people('mona', words)).found.map(({ person }) => person);
    for (const words of ['sorhus', 'SØRHUS', 'åse', 'thors', 'ase marie'])
      assert.deepEqual(await found(words), ['nina'], words);
    assert.deepEqual(await found('lukasz coeur'), ['lars']);
    assert.deepEqual(
      (await desk.find('olof', { words: 'lukasz', show: 'all' })).lines.map(({ card }) => card.id).sort(),
      ['chip-1', 'soft-2'],
    );
    assert.deepEqual(
      (await desk.find('olof', { words: 'chip-1', show: 'all' })).lines.map(({ card }) => card.id),
      ['chip-1'],
    );
  });
});

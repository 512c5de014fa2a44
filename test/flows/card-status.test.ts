// Cards at a running hub whose lists lie at a host over HTTP: delta lists, a key rollover, lists of a part, stapled answers (K4).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExtensionToWrite, toPem, writeCrl, writeExtension, writeName } from '../../src/base/x509/index.ts';
import type { ReasonCode } from '../../src/wire/codes/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { ListHost } from '../fakes/list-host.ts';
import {
  authority,
  dayMs,
  fullName,
  general,
  issuingPoint,
  type OcspWanted,
  ocspDer,
  type Party,
  person,
  responderOf,
  usedFor,
} from '../fakes/pkix.ts';
import {
  ApplicationClient,
  ask,
  demoApplication,
  freePort,
  HttpBrowser,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const host = new ListHost();
const folder = temporaryFolder('card-status');
const begin = Date.now();
const settings = { demo: true, lifetimes: { cardRecheck: 900 } };
const times = { notBefore: begin - dayMs, notAfter: begin + dayMs };
let base = '';
let deadPort = 0;
let hub: RunningHub;
let root: Party;
let issuing: Party;
/** The same authority with its next key, and a key for lists alone. */
let renewed: Party;
let lister: Party;
let answered: Party;

/** A key of its own, unlike those of the pool that tests share. */
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const kari = writeName([
  ['2.5.4.6', 'NO'],
  ['2.5.4.3', 'Kari Nordmann'],
  ['2.5.4.5', 'T10001'],
]);
const at = (path: string) => `${base}${path}`;
const listedAt = (path: string) => writeExtension.crlUrls([at(path)]);
const cardBy = (by: Party, ...extensions: readonly ExtensionToWrite[]): Party =>
  person(by, { ...times, subject: kari, extensions });

interface ListGiven {
  readonly number?: number;
  readonly signer?: Party;
  readonly revoked?: readonly Party[];
  readonly extensions?: readonly ExtensionToWrite[];
  readonly agoMs?: number;
}
function listOf(by: Party, given: ListGiven = {}): Buffer {
  const { number = 10, signer = by, revoked = [], extensions = [], agoMs = 1_000 } = given;
  return writeCrl(
    {
      issuer: by.name,
      thisUpdate: Math.floor((Date.now() - agoMs) / 1000) * 1000,
      nextUpdate: begin + dayMs,
      revoked: revoked.map(({ certificate: { serial } }) => ({
        serial: Buffer.from(serial, 'hex'),
        at: begin - 1_000,
      })),
      extensions: [writeExtension.crlNumber(number), ...extensions],
    },
    signer.key,
  );
}
const deltaOf = (by: Party, given: ListGiven & { readonly from?: number } = {}): Buffer =>
  listOf(by, {
    ...{ number: 12, ...given },
    extensions: [writeExtension.deltaOf(given.from ?? 10), ...(given.extensions ?? [])],
  });

function answerAbout(about: Party, wanted: OcspWanted = {}, issuer: Party = answered): Buffer {
  const instants = {
    thisUpdate: Date.now() - 2_000,
    producedAt: Date.now() - 1_000,
    nextUpdate: Date.now() + 3_600_000,
  };
  return ocspDer(about.certificate, issuer, { ...instants, ...wanted });
}

async function apply(record: object): Promise<void> {
  const file = join(folder.path, 'records.yaml');
  writeFileSync(file, JSON.stringify(record));
  const applied = await tillitCommand(hub, 'apply', '--yes', file);
  assert.equal(applied.code, 0, applied.output);
  await sleep(2_000);
}

before(async () => {
  base = await host.start();
  deadPort = await freePort();
  hub = await startHub();
  root = authority('Test list root', undefined, { ...times, key: newKey() });
  const below = (name: string, ...extensions: readonly ExtensionToWrite[]) =>
    authority(name, root, { ...times, key: newKey(), extensions: [listedAt('/root.crl'), ...extensions] });
  issuing = below('Test list issuing');
  renewed = below('Test list issuing');
  lister = below('Test list issuing', ...usedFor(['cRLSign']));
  const otherRoot = authority('Test answer root', undefined, { ...times, key: newKey() });
  answered = authority('Test answer issuing', otherRoot, {
    ...{ ...times, key: newKey() },
    extensions: [listedAt('/other-root.crl')],
  });
  host.lists.set('/root.crl', listOf(root));
  host.lists.set('/other-root.crl', listOf(otherRoot));
  const population = (id: string, anchor: Party, intermediates: readonly Party[], revocation: object) => ({
    ...{ id, name: { en: id }, certificateClass: 'simple', assurance: 'substantial' },
    anchors: [toPem(anchor.certificate.der)],
    intermediates: intermediates.map(({ certificate }) => toPem(certificate.der)),
    identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '^T\\d{5}$', namespace: 'staff-id' }],
    revocation,
  });
  const hosts = [new URL(base).host, `127.0.0.1:${deadPort}`];
  await apply({
    // As long as by default: the demo's is shorter than the minute that is measured here.
    settings,
    populations: [
      population('listed', root, [issuing, renewed, lister], { allowedHosts: hosts }),
      population('answered', otherRoot, [answered], { mode: 'ocsp', allowedHosts: hosts }),
    ],
    providers: [
      {
        ...{ id: 'smartcard', connector: 'smartcard', name: { en: 'Smart card' }, maximumAssurance: 'high', order: 1 },
        populations: ['listed', 'answered'],
      },
    ],
  });
});
after(async () => {
  await hub?.remove();
  await host.stop();
  folder.remove();
});

const isCallback = (url: URL): boolean => url.origin === hub.ehrUrl;
const headerOf = (der: Buffer) => `:${der.toString('base64')}:`;
/** One login with the card, by TLS or as a proxy passes it on: the person of the ticket, or the page that says why not. */
async function logIn(card: Party, by: Party, headers?: Readonly<Record<string, string>>): Promise<string> {
  const client = new ApplicationClient(demoApplication(hub));
  const browser = new HttpBrowser(hub.rootPem);
  const login = await client.push();
  const { url } = await toCardListener(browser, await browser.go(login.url, isCallback));
  const chain = [card, by].map(({ certificate }) => certificate.der);
  const shown = await ask(url, {
    root: hub.rootPem,
    timeoutMs: 30_000,
    ...(headers === undefined
      ? {
          card: {
            cert: chain.map((der) => toPem(der)).join(''),
            key: card.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
          },
        }
      : {
          headers: {
            'client-cert': headerOf(chain[0] as Buffer),
            'client-cert-chain': headerOf(chain[1] as Buffer),
            ...headers,
          },
        }),
  });
  const end = await browser.go(shown.headers.location ?? '', isCallback);
  return isCallback(end.url) ? String((await client.complete(end.url, login)).idClaims.sub) : end.body;
}
const person1 = 'kari-nordmann';
function refuses(page: string, reason: ReasonCode): void {
  assert.notEqual(page, person1);
  assert.ok(page.includes(text('en', `reason.${reason}.title`)), page);
}
/** The body of the newest event of a kind. */
async function newest(kind: string): Promise<Record<string, unknown>> {
  const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', kind, '--limit', '1', '--json');
  const line = output.split('\n').find((each) => each.startsWith('{'));
  assert.ok(line, output);
  return (JSON.parse(line) as { event: { body: Record<string, unknown> } }).event.body;
}
const provenCertificate = async () => (await newest('journey.proved')).certificate as Record<string, unknown>;

describe('delta lists', () => {
  const freshest = (path: string) => writeExtension.freshestCrl([at(path)]);

  test('a card that only the delta list revokes is refused', async () => {
    const card = cardBy(issuing, listedAt('/whole-1.crl'));
    host.lists.set('/whole-1.crl', listOf(issuing, { extensions: [freshest('/delta-1.crl')] }));
    host.lists.set('/delta-1.crl', deltaOf(issuing, { revoked: [card] }));
    refuses(await logIn(card, issuing), 'card.revoked');
    const other = cardBy(issuing, listedAt('/whole-1.crl'));
    assert.equal(await logIn(other, issuing), person1);
    assert.equal((await provenCertificate()).withoutDelta, undefined);
  });

  test('a card that the delta list revokes now is refused within 60 s', async () => {
    const card = cardBy(issuing, listedAt('/whole-2.crl'));
    host.lists.set('/whole-2.crl', listOf(issuing, { extensions: [freshest('/delta-2.crl')] }));
    host.lists.set('/delta-2.crl', deltaOf(issuing, { agoMs: 60_000 }));
    assert.equal(await logIn(card, issuing), person1);
    host.lists.set('/delta-2.crl', deltaOf(issuing, { number: 13, revoked: [card] }));
    const revokedAt = performance.now();
    let said = person1;
    while (said === person1 && performance.now() - revokedAt < 90_000) {
      await sleep(3_000);
      said = await logIn(card, issuing);
    }
    refuses(said, 'card.revoked');
    const seconds = (performance.now() - revokedAt) / 1000;
    assert.ok(seconds <= 62, `${seconds} s`); // 60 s, and the login that saw it
    assert.equal(
      host.asked.filter((path) => path === '/whole-2.crl').length,
      1,
      'the whole list was not fetched again',
    );
  });

  const away: Readonly<Record<string, readonly [url: () => string, give: () => void, words: RegExp]>> = {
    'is down': [() => `http://127.0.0.1:${deadPort}/delta.crl`, () => undefined, /crlUnreachable/],
    'is slow': [() => at('/slow.crl'), () => host.lists.set('/slow.crl', 'slow'), /crlTimeout/],
    'gives a giant one': [() => at('/giant.crl'), () => host.lists.set('/giant.crl', 'giant'), /crlTooLarge/],
    'has none': [() => at('/none.crl'), () => undefined, /crlStatus/],
    'gives one of another issuer': [
      () => at('/stranger.crl'),
      () =>
        host.lists.set(
          '/stranger.crl',
          deltaOf(authority('Test list issuing', undefined, { ...times, key: newKey() })),
        ),
      /crlWrongIssuer/,
    ],
    'gives one from before the whole list': [
      () => at('/older.crl'),
      () => host.lists.set('/older.crl', deltaOf(issuing, { number: 9, from: 8 })),
      /crlDeltaToAnother/,
    ],
  };
  for (const [name, [url, give, words]] of Object.entries(away))
    test(`while its host ${name} the whole list decides, and the trail says so`, async () => {
      give();
      const path = `/whole-${new URL(url()).pathname.slice(1)}`;
      const [good, gone] = [cardBy(issuing, listedAt(path)), cardBy(issuing, listedAt(path))];
      host.lists.set(path, listOf(issuing, { extensions: [writeExtension.freshestCrl([url()])], revoked: [gone] }));
      assert.equal(await logIn(good, issuing), person1);
      assert.match(String((await provenCertificate()).withoutDelta), words);
      refuses(await logIn(gone, issuing), 'card.revoked');
    });
});

describe('a key rollover', () => {
  test('the new key signs the list of a card that the old key made', async () => {
    const [good, gone] = [cardBy(issuing, listedAt('/rolled.crl')), cardBy(issuing, listedAt('/rolled.crl'))];
    host.lists.set('/rolled.crl', listOf(issuing, { signer: renewed, revoked: [gone] }));
    assert.equal(await logIn(good, issuing), person1);
    refuses(await logIn(gone, issuing), 'card.revoked');
    const next = cardBy(renewed, listedAt('/rolled.crl'));
    assert.equal(await logIn(next, renewed), person1);
  });
  test('a key for lists alone signs it', async () => {
    const [good, gone] = [cardBy(issuing, listedAt('/lister.crl')), cardBy(issuing, listedAt('/lister.crl'))];
    host.lists.set('/lister.crl', listOf(issuing, { signer: lister, revoked: [gone] }));
    assert.equal(await logIn(good, issuing), person1);
    refuses(await logIn(gone, issuing), 'card.revoked');
  });
  test('another authority of the same name does not', async () => {
    const elsewhere = authority('Test list issuing', undefined, { ...times, key: newKey() });
    const card = cardBy(issuing, listedAt('/elsewhere.crl'));
    host.lists.set('/elsewhere.crl', listOf(issuing, { signer: elsewhere }));
    refuses(await logIn(card, issuing), 'card.revocationUnknown');
  });
});

describe('lists of a part', () => {
  const part = (path: string) => issuingPoint(fullName(general.uri(at(path))));
  test('the part of the card speaks, another at its address does not', async () => {
    const [good, gone] = [cardBy(issuing, listedAt('/part-1.crl')), cardBy(issuing, listedAt('/part-1.crl'))];
    host.lists.set('/part-1.crl', listOf(issuing, { extensions: [part('/part-1.crl')], revoked: [gone] }));
    assert.equal(await logIn(good, issuing), person1);
    refuses(await logIn(gone, issuing), 'card.revoked');
    const swapped = cardBy(issuing, listedAt('/part-2.crl'));
    host.lists.set('/part-2.crl', listOf(issuing, { extensions: [part('/part-1.crl')] }));
    refuses(await logIn(swapped, issuing), 'card.revocationUnknown');
  });
});

describe('an OCSP answer that a proxy staples', () => {
  const responder = () => writeExtension.authorityInfoAccess({ ocsp: at('/ocsp') });
  const asksOcsp = () => host.asked.filter((path) => path === '/ocsp').length;
  const stapled = (der: Buffer) => ({ 'client-cert-ocsp': headerOf(der) });
  let about: Party;
  const live = (status: 'good' | 'revoked') => {
    host.answering = (nonce) => answerAbout(about, { status, ...(nonce === undefined ? {} : { nonce }) });
  };
  const newCard = (): Party => {
    about = cardBy(answered, responder());
    return about;
  };

  test('is nothing to anybody while no proxy is configured', async () => {
    live('revoked');
    const card = newCard();
    const page = await logIn(card, answered, stapled(answerAbout(card)));
    refuses(page, 'card.noCertificate');
  });
  test('counts from a configured proxy, without the responder being asked', async () => {
    await apply({ settings: { ...settings, trustedProxies: ['127.0.0.1/32'] } });
    const card = newCard();
    const before = asksOcsp();
    assert.equal(await logIn(card, answered, stapled(answerAbout(card))), person1);
    assert.equal(asksOcsp(), before);
    assert.equal((await provenCertificate()).stapled, 'counted');
  });
  test('by a responder that the issuer made counts', async () => {
    const card = newCard();
    const before = asksOcsp();
    assert.equal(
      await logIn(card, answered, stapled(answerAbout(card, { responder: responderOf(answered, times) }))),
      person1,
    );
    assert.equal(asksOcsp(), before);
  });
  test('that revokes refuses', async () => {
    const card = newCard();
    live('good');
    refuses(await logIn(card, answered, stapled(answerAbout(card, { status: 'revoked' }))), 'card.revoked');
    const { detail } = await newest('journey.refused');
    assert.equal((detail as { stapled?: string }).stapled, 'counted');
  });
  const bad: Readonly<
    Record<string, readonly [give: (card: Party) => Readonly<Record<string, string>>, words: RegExp]>
  > = {
    'past its time': [
      (card) => stapled(answerAbout(card, { thisUpdate: Date.now() - 60_000, nextUpdate: Date.now() - 1_000 })),
      /ocspCurrent/,
    ],
    'signed too long ago': [
      (card) => stapled(answerAbout(card, { producedAt: Date.now() - 3_600_000 })),
      /ocspNotRecent/,
    ],
    'about another card': [() => stapled(answerAbout(cardBy(answered))), /no answer/],
    'by a responder of another authority': [
      (card) => stapled(answerAbout(card, { responder: responderOf(issuing, times) })),
      /ocspDelegation/,
    ],
    'signed by another key': [(card) => stapled(answerAbout(card, { signer: newKey() })), /ocspSigned/],
    'that is none': [() => ({ 'client-cert-ocsp': 'no sense' }), /stapledMalformed/],
    'too large': [() => stapled(Buffer.alloc(7 * 1024)), /stapledTooLarge/],
  };
  for (const [name, [give, words]] of Object.entries(bad))
    test(`${name} is ignored in words, and the responder is asked`, async () => {
      const card = newCard();
      live('good');
      const before = asksOcsp();
      assert.equal(await logIn(card, answered, give(card)), person1);
      assert.equal(asksOcsp(), before + 1);
      assert.match(String((await provenCertificate()).stapled), words);
      const revoked = newCard();
      live('revoked');
      refuses(await logIn(revoked, answered, give(revoked)), 'card.revoked');
    });
});

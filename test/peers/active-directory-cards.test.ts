// K5: the card of a login opens the account in a real domain (Samba) too: written in a strong form, read back, and taken off when it is revoked.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Attribute, Change } from 'ldapts';
import { toPem, writeCrl, writeExtension, writeName } from '../../src/base/x509/index.ts';
import { ListHost } from '../fakes/list-host.ts';
import { authority, dayMs, type Party, person } from '../fakes/pkix.ts';
import { ApplicationClient, ask, demoApplication, HttpBrowser, toCardListener } from '../support/index.ts';
import { sambaMissing } from '../support/samba.ts';
import { type DirectoryWorld, startDirectoryWorld } from './directory-world.ts';

const key = 'kari-nordmann';

describe('cards that a domain knows', { skip: sambaMissing() ?? false }, () => {
  const host = new ListHost();
  const begin = Date.now();
  const times = { notBefore: begin - dayMs, notAfter: begin + dayMs };
  const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  let world: DirectoryWorld;
  let issuing: Party;
  let listUrl: string;

  const cardOf = (serial: string): Party =>
    person(issuing, {
      ...times,
      serial: Buffer.from(serial, 'hex'),
      subject: writeName([
        ['2.5.4.6', 'NO'],
        ['2.5.4.3', 'Kari Nordmann'],
        ['2.5.4.5', 'T10001'],
      ]),
      extensions: [writeExtension.crlUrls([listUrl])],
    });
  const publish = (...revoked: readonly Party[]): void => {
    const list = {
      issuer: issuing.name,
      thisUpdate: Math.floor((Date.now() - 1_000) / 1000) * 1000,
      nextUpdate: begin + dayMs,
      revoked: revoked.map(({ certificate }) => ({
        serial: Buffer.from(certificate.serial, 'hex'),
        at: begin - 1_000,
      })),
      extensions: [writeExtension.crlNumber(Math.floor(performance.now()))],
    };
    host.lists.set('/cards.crl', writeCrl(list, issuing.key));
  };
  /** To the application with a card; through the page that waits for the account. */
  const logIn = async (card: Party): Promise<void> => {
    const isBack = (url: URL): boolean => url.origin === world.hub.ehrUrl;
    const client = new ApplicationClient(demoApplication(world.hub));
    const browser = new HttpBrowser(world.hub.rootPem);
    const login = await client.push();
    const { url } = await toCardListener(browser, await browser.go(login.url, isBack));
    const chain = [card, issuing].map(({ certificate }) => toPem(certificate.der)).join('');
    const shown = await ask(url, {
      root: world.hub.rootPem,
      timeoutMs: 30_000,
      card: { cert: chain, key: card.key.export({ type: 'pkcs8', format: 'pem' }).toString() },
    });
    let page = await browser.go(shown.headers.location ?? '', isBack);
    for (let tries = 0; tries < 100 && /<progress/.test(page.body); tries += 1) {
      await sleep(500);
      page = await browser.go(page.url.href, isBack);
    }
    assert.ok(isBack(page.url), page.body);
    assert.equal((await client.complete(page.url, login)).idClaims.sub, key);
  };
  const known = async (): Promise<readonly string[]> => {
    const [entry, ...others] = await world.entries(key);
    assert.deepEqual(others, []);
    return [entry?.['altSecurityIdentities'] ?? []].flat().map(String).sort();
  };
  const mapping = (reversed: string): string => `X509:<I>C=SE,O="Å, Region",CN=Cards v1<SR>${reversed}`;

  before(async () => {
    const base = await host.start();
    listUrl = `${base}/cards.crl`;
    const root = authority('Test card root', undefined, { ...times, key: newKey() });
    issuing = authority('unused', root, {
      ...times,
      key: newKey(),
      subject: writeName([
        ['2.5.4.6', 'SE'],
        ['2.5.4.10', 'Å, Region'],
        ['2.5.4.3', 'Cards v1'],
      ]),
      extensions: [writeExtension.crlUrls([`${base}/root.crl`])],
    });
    publish();
    const ofRoot = { issuer: root.name, thisUpdate: begin - 1_000, nextUpdate: begin + dayMs, revoked: [] };
    host.lists.set('/root.crl', writeCrl({ ...ofRoot, extensions: [writeExtension.crlNumber(1)] }, root.key));
    world = await startDirectoryWorld(['one']);
    await world.apply({
      populations: [
        {
          ...{ id: 'region-cards', name: { en: 'Cards' }, certificateClass: 'simple', assurance: 'substantial' },
          anchors: [toPem(root.certificate.der)],
          intermediates: [toPem(issuing.certificate.der)],
          identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '^T\\d{5}$', namespace: 'staff-id' }],
          revocation: { allowedHosts: [new URL(base).host] },
        },
      ],
      providers: [
        {
          ...{
            id: 'smartcard',
            connector: 'smartcard',
            name: { en: 'Smart card' },
            maximumAssurance: 'high',
            order: 1,
          },
          populations: ['region-cards'],
        },
      ],
      accountTargets: [{ ...world.target(), identifier: 'person' }],
      accountRules: [
        world.rule({
          applications: ['demo-ehr'],
          cardMapping: { form: 'issuerSerial', populations: ['region-cards'] },
          attributes: [{ name: 'displayName', value: '{displayName}' }],
        }),
      ],
    });
  });
  after(async () => {
    await world?.remove();
    await host.stop();
  });

  test('the card of the login is written, and read back byte by byte; what others wrote beside it stays', async () => {
    const first = cardOf('01772941ce29b3ec999d657f0e0174');
    await logIn(first);
    assert.deepEqual(await known(), [mapping('74010e7f659d99ecb329ce41297701')]);
    const client = await world.samba.client();
    await client.modify(`CN=${key},${world.tree}`, [
      new Change({
        operation: 'add',
        modification: new Attribute({ type: 'altSecurityIdentities', values: ['Kerberos:other@elsewhere'] }),
      }),
    ]);
    await client.unbind();
    await logIn(cardOf('0a0b'));
    const both = ['Kerberos:other@elsewhere', mapping('0b0a'), mapping('74010e7f659d99ecb329ce41297701')];
    assert.deepEqual(await known(), both.sort(), 'a new card is known, too');
    publish(first);
    await world.until('the revoked card is off', known, (found) => found.length === 2);
    assert.deepEqual(await known(), ['Kerberos:other@elsewhere', mapping('0b0a')].sort());
  });

  test('another form takes the place of the old one; a rule without a card takes all of ours off', async () => {
    const card = cardOf('0c');
    const rule = (more: object) => ({
      accountRules: [world.rule({ applications: ['demo-ehr'], attributes: [], ...more })],
    });
    await world.apply(rule({ cardMapping: { form: 'ski', populations: ['region-cards'] } }));
    await logIn(card);
    const now = await known();
    assert.ok(now.includes(`X509:<SKI>${card.certificate.subjectKeyId}`), now.join());
    assert.ok(
      now.every((one) => !one.includes('<SR>')),
      now.join(),
    );
    await world.apply(rule({}));
    await logIn(card);
    assert.deepEqual(await known(), ['Kerberos:other@elsewhere']);
  });

  test('a card that another account is known by is refused, and nothing is opened', async () => {
    const client = await world.samba.client();
    await client.add(`CN=Staff,CN=Users,${world.samba.root}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: 'staff',
      altSecurityIdentities: mapping('0d'),
    });
    await client.unbind();
    await world.apply({
      accountRules: [
        world.rule({
          applications: ['demo-ehr'],
          attributes: [],
          cardMapping: { form: 'issuerSerial', populations: ['region-cards'] },
        }),
      ],
    });
    await assert.rejects(logIn(cardOf('0d')), /could not be prepared/);
    assert.ok((await world.listed(key)).some(({ reason }) => reason === 'cardTaken'));
    assert.ok(!(await known()).includes(mapping('0d')));
  });
});

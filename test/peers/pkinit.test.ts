// K5, H2: a card of our own authority logs on to a real domain (Samba) by PKINIT, as the account that it names and no other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  pemBlocks,
  publicKeyDer,
  readCertificate,
  toPem,
  writeCertificate,
  writeCsr,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from '../flows/saml-visits.ts';
import {
  type AuthorityPlace,
  prepareAuthority,
  type RunningAuthorityProgram,
  startAuthority,
} from '../support/authority-program.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  formsOf,
  HttpBrowser,
  type RunningHub,
  requireDebian,
  softCard,
  startEmbedded,
  startHub,
  type TestDatabase,
  temporaryFolder,
  toCardListener,
} from '../support/index.ts';
import { makeRegion, regionTarget, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';
import { makeSoftToken, softhsmMissing, softhsmModule } from '../support/softhsm.ts';

const missing = sambaMissing() ?? requireDebian('krb5-pkinit') ?? softhsmMissing();

describe('a card that logs on to a domain', { skip: missing ?? false }, () => {
  const folder = temporaryFolder('pkinit');
  const kommun = new SamlFake('kommun');
  const tree = regionTree;
  let database: TestDatabase;
  let place: AuthorityPlace;
  let authority: RunningAuthorityProgram;
  let samba: Samba;
  let hub: RunningHub;
  let manager: HttpBrowser;
  let officer: HttpBrowser;
  /** Nils' card. */
  let ordered = '';
  let card: Made;

  interface Made {
    readonly identity: string;
    readonly pem: string;
    readonly keyFile: string;
  }

  const people = ['nils', 'nora'].map((id) => ({
    id,
    givenName: id,
    familyName: 'Berg',
    identities: [
      { namespace: 'saml:kommun', value: id },
      { namespace: 'staff-id', value: id === 'nils' ? 'T10021' : 'T10022' },
    ],
    assignments: [
      { id: `${id}-at-work`, organisation: 'fjord-hospital', role: 'nurse', hsaId: `SE0000000000-${id.toUpperCase()}` },
    ],
  }));
  const logonCard = {
    id: 'logon-card',
    name: { en: 'Card that logs on' },
    population: 'simple',
    account: 'region',
    certificates: [
      {
        profile: 'login',
        fields: ['country', 'organization', 'commonName', 'surname', 'givenName', 'serialNumber', 'upn', 'sid'],
      },
    ],
    approval: false,
    identifier: 'staff-id',
    identityDocuments: ['passport'],
    country: 'NO',
    endsBy: ['employmentEnded'],
  };

  before(async () => {
    await loadXml();
    [database, samba] = await Promise.all([startEmbedded(), startSamba()]);
    // Samba's Kerberos knows RSA alone: so are the authorities and the card.
    place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection), undefined, [
      'RSA-4096',
      'RSA-4096',
    ]);
    const shown = (name: string, pem: string) => {
      writeFileSync(join(folder.path, name), pem, { mode: 0o600 });
      return join(folder.path, name);
    };
    [authority, hub] = await Promise.all([
      startAuthority(place),
      startHub({
        env: {
          TILLIT_AUTHORITY_URL: place.apiUrl,
          TILLIT_AUTHORITY_CERT: shown('hub.pem', place.hub.cert),
          TILLIT_AUTHORITY_KEY: shown('hub.key', place.hub.key),
          NODE_EXTRA_CA_CERTS: shown('authority.pem', place.tls.cert),
        },
      }),
    ]);
    await makeRegion(samba, hub);
    await applyItems(hub, {
      providers: [samlItem(kommun)],
      samlApplications: [
        samlApplicationItem('desktop', { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
      ],
      accountTargets: [regionTarget(samba)],
      accountRules: [
        { id: 'staff', name: { en: 'Staff' }, target: 'region', applications: ['desktop'], container: tree },
      ],
      cardProfiles: [logonCard],
      people,
    });
    await kommun.trust(await ownMetadata(hub));
    [manager, officer] = (await Promise.all(['kari-simple', 'lars-simple'].map(withCard))) as [
      HttpBrowser,
      HttpBrowser,
    ];
    samba.trustCards({ root: authorityFile('root.pem'), issuing: authorityFile('staff.pem') });
    await samba.stop();
    await samba.start();
  });
  after(async () => {
    await hub?.remove();
    await authority?.stop();
    await samba?.remove();
    await database?.stop();
    folder.remove();
  });

  const authorityFile = (name: string) => readFileSync(join(place.folder, name), 'utf8');
  const withCard = async (name: string): Promise<HttpBrowser> => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, name));
    const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
    await browser.go(url);
    return browser;
  };
  const stateOf = (body: string) => /<dt>Now<\/dt><dd><strong>([^<]*)</.exec(body)?.[1];

  async function step(browser: HttpBrowser, id: string, action: string, fields: Record<string, string> = {}) {
    const page = await browser.go(`${hub.hubUrl}/cards/card/${id}`);
    const form = formsOf(page).find((one) => one.fields['do'] === action);
    assert.ok(form, `no ${action} on\n${page.body}`);
    return await browser.submit(page, form, fields);
  }

  /** Orders a card over the pages, up to its making. */
  async function order(who: string): Promise<string> {
    const page = await manager.go(`${hub.hubUrl}/cards/order?q=${who}+berg`);
    const form = formsOf(page).find(({ fields }) => 'id' in fields);
    const [, found = ''] = /name="who" value="([^"]+)"/.exec(page.body) ?? [];
    assert.ok(form && found, page.body);
    const done = await manager.submit(page, form, { who: found, profile: 'logon-card' });
    const id = done.url.pathname.split('/').at(-1) ?? '';
    await step(officer, id, 'checkIdentity', { document: 'passport' });
    return id;
  }
  /** Asks for its certificate with a key of its own. */
  async function make(id: string): Promise<string> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const csr = writeCsr({ subject: writeName([['2.5.4.3', 'x']]), publicKey: publicKeyDer(privateKey) }, privateKey);
    await step(officer, id, 'requestCertificates', { request0: toPem(csr, 'CERTIFICATE REQUEST') });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
  async function until(id: string, holds: (body: string) => boolean): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const { body } = await officer.go(`${hub.hubUrl}/cards/card/${id}`);
      if (holds(body)) return body;
      assert.ok(tries < 150, body);
      await sleep(100);
    }
  }
  async function made(id: string): Promise<Made> {
    const key = await make(id);
    const page = await until(id, (body) => stateOf(body) === text('en', 'card.state.made'));
    const [, file = ''] = /href="(\/cards\/card\/[^"]*\/certificate\/[0-9a-f]{64})"/.exec(page) ?? [];
    const { body } = await officer.go(`${hub.hubUrl}${file}`);
    return saved(body, key);
  }
  function saved(pem: string, key: string) {
    const at = join(folder.path, randomUUID());
    writeFileSync(`${at}.crt`, pem);
    writeFileSync(`${at}.key`, key, { mode: 0o600 });
    return { pem, keyFile: `${at}.key`, identity: `FILE:${at}.crt,${at}.key` };
  }
  const readPem = (pem: string) => {
    const reading = readCertificate(pemBlocks(pem)[0] ?? Buffer.alloc(0));
    assert.ok(reading.ok);
    return reading.certificate;
  };

  test('is not made for somebody who has no account there, and its page says what is missing', async () => {
    ordered = await order('nils');
    await make(ordered);
    const page = await until(ordered, (body) => /no open account in region/.test(body));
    assert.doesNotMatch(page, /\/certificate\/[0-9a-f]{64}/);
  });

  test('names the principal and the security identifier that the domain gave, and logs its holder on', async () => {
    for (const who of ['nils', 'nora'])
      assert.match(assertionOn(await openApplication(hub, kommun, 'desktop', who)), />\w{6,7}@hosp\.test</);
    card = await made(ordered);
    const { userPrincipalNames, der } = readPem(card.pem);
    assert.deepEqual(userPrincipalNames, ['nilber@hosp.test']);
    assert.equal(samba.shown('nilber', 'userPrincipalName'), 'nilber@hosp.test');
    const sid = samba.shown('nilber', 'objectSid') ?? '';
    assert.match(sid, /^S-1-5-21-/);
    assert.ok(der.includes(writeExtension.securityIdentifier(sid).value));
    assert.equal(samba.kinitWithCard('nilber', card.identity), undefined);
  });

  test('logs nobody else on: neither a colleague nor the administrator', () => {
    for (const other of ['norber', 'Administrator'])
      assert.match(samba.kinitWithCard(other, card.identity) ?? 'let in', /name mismatch|Password/i);
    assert.equal(samba.kinitWithCard('nilber', card.identity), undefined);
  });

  test('works from a chip (PKCS #11), with its PIN', () => {
    const token = makeSoftToken(folder.path, 'logon', '246810');
    const der = (name: string, words: readonly string[]): string => {
      execFileSync('openssl', [...words, '-outform', 'DER', '-out', join(folder.path, name)], { stdio: 'pipe' });
      return join(folder.path, name);
    };
    writeFileSync(join(folder.path, 'card.pem'), card.pem);
    const key = der('key.der', ['pkey', '-in', card.keyFile]);
    const certificate = der('card.der', ['x509', '-in', join(folder.path, 'card.pem')]);
    token.tool('--write-object', key, '--type', 'privkey', '--id', '01', '--usage-sign');
    token.tool('--write-object', certificate, '--type', 'cert', '--id', '01');
    const identity = `PKCS11:module_name=${softhsmModule}:token=logon`;
    assert.equal(samba.kinitWithCard('nilber', identity, { pin: token.pin, env: token.env }), undefined);
    assert.ok(samba.kinitWithCard('nilber', identity, { pin: '000000', env: token.env }));
  });

  test('of another authority that bears the name of ours it does not', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
    const genuine = readPem(card.pem);
    const der = writeCertificate(
      {
        serial: Buffer.from(genuine.serial, 'hex'),
        issuer: genuine.issuer.der,
        subject: genuine.subject.der,
        notBefore: genuine.notBefore,
        notAfter: genuine.notAfter,
        publicKey: publicKeyDer(privateKey),
        extensions: [
          writeExtension.keyUsage(['digitalSignature']),
          writeExtension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.20.2.2']),
          writeExtension.subjectAltName({ dns: [], upn: 'nilber@hosp.test' }),
        ],
      },
      privateKey,
    );
    const forged = saved(toPem(der), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    assert.ok(samba.kinitWithCard('nilber', forged.identity));
  });
});

// A SAML assertion that somebody shows later: was it ours, what did it say, what does the trail hold of it (N9, B2).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { redirectUrl, signMessage, writeAuthnRequest } from '../../src/base/saml/index.ts';
import { decryptElement, elementsIn, loadXml, readXml, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { samlKeyOf } from '../fakes/saml-hub.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  formsOf,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { samlApplicationItem } from './saml-visits.ts';

const key = samlKeyOf('link');
const acs = (id: string): string => `https://${id}.example/acs`;

const elementNamed = (xml: string, local: string): XmlElement => {
  const read = readXml(xml);
  assert.ok(read.ok);
  const found = [...elementsIn(read.document.root)].find((each) => each.local === local);
  assert.ok(found, local);
  return found;
};

async function inDatabase({ dataFolder }: RunningHub, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(await findRunning(dataFolder));
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

describe('assertions shown later', () => {
  const folder = temporaryFolder('assertions');
  let hub: RunningHub;
  /** Responses by application, as they were posted. */
  const posted: Record<string, string> = {};
  const xmlOf = (id: string): string => Buffer.from(posted[id] ?? '', 'base64').toString();

  async function logIn(id: string, browser: HttpBrowser): Promise<string> {
    const request = {
      id: '_asked',
      issueInstant: Date.now() - 1000,
      issuer: `https://${id}.example/sp`,
      destination: `${hub.hubUrl}/saml/sso`,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
    };
    const xml = Buffer.from(writeXml(writeAuthnRequest(request)));
    const url = redirectUrl({ location: request.destination, parameter: 'SAMLRequest', xml });
    const kari = { username: 'kari', password: hub.password('kari') };
    const page = await logInWithPassword(browser, url, kari, () => false);
    const form = formsOf(page).find(({ action }) => action === acs(id));
    assert.ok(form, page.body);
    return form.fields.SAMLResponse ?? '';
  }

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      samlApplications: [
        samlApplicationItem('both', { encrypts: 'never' }),
        samlApplicationItem('outer', { encrypts: 'never', signs: 'response' }),
        samlApplicationItem('inner', { encrypts: 'never', signs: 'assertion' }),
        samlApplicationItem('sealed', { encrypts: 'always', keys: { signing: [key.pem], encryption: [key.pem] } }),
      ],
    });
    // By password into the first, on the session into the others.
    const browser = new HttpBrowser(hub.rootPem);
    for (const id of ['both', 'outer', 'inner', 'sealed']) posted[id] = await logIn(id, browser);
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const verify = async (text: string, ...words: string[]) => {
    const file = join(folder.path, 'ticket');
    writeFileSync(file, `${text}\n`);
    return tillitCommand(hub, 'ticket', 'verify', file, ...words);
  };
  const refused = async (text: string, why: RegExp, ...words: string[]) => {
    const { code, output } = await verify(text, ...words);
    assert.equal(code, 1, output);
    assert.match(output, why);
    return output;
  };

  for (const id of ['both', 'outer', 'inner']) {
    test(`${id}: ours, as it was posted, as a form and as XML; what it says and what the trail holds`, async () => {
      const form = new URLSearchParams({ SAMLResponse: posted[id] ?? '', RelayState: 'x' }).toString();
      for (const text of [posted[id] ?? '', form, xmlOf(id)]) {
        const { code, output } = await verify(text);
        assert.equal(code, 0, output);
        assert.match(output, /It is a ticket of this installation, id _[0-9a-f]{40}/);
      }
      const { output } = await verify(xmlOf(id), '--json');
      const told = JSON.parse(output);
      assert.deepEqual([told.origin, told.ours, told.held], ['ours', true, true]);
      assert.deepEqual(told.claims.audience, [`https://${id}.example/sp`]);
      assert.equal(told.claims.sentTo, acs(id));
      const { recorded } = told;
      assert.deepEqual(
        [recorded.application, recorded.person, recorded.acr, recorded.answerTo, recorded.jti],
        [id, 'kari-nordmann', 'low', acs(id), told.id],
      );
      assert.ok(recorded.at && recorded.session && recorded.reference && recorded.assignment);
      assert.equal(told.explanation.outcome, 'permit');
    });
  }

  test('for people: person, session, level, and the rules that let in', async () => {
    const { output } = await verify(xmlOf('both'));
    for (const line of [/person {2}"kari-nordmann"/, /session {2}"/, /acr {2}"low"/, /→ let in; level required: low/])
      assert.match(output, line);
    assert.match(output, /urn:tillit:claim:professional_id {2}\["hpr:9144900"\]/);
  });

  test('an assertion that the application kept without its Response', async () => {
    const { code, output } = await verify(writeXml(elementNamed(xmlOf('inner'), 'Assertion')));
    assert.equal(code, 0, output);
  });

  test('an outsider computes the digest that the trail holds: it is the DigestValue of the signature', async () => {
    const [, value = ''] = /DigestValue>([^<]+)</.exec(xmlOf('inner')) ?? [];
    const { output } = await tillitCommand(hub, 'audit', 'find', '--application', 'inner', '--json');
    assert.ok(output.includes(Buffer.from(value, 'base64').toString('hex')), output);
  });

  test('not before it was issued, not after it expired', async () => {
    for (const [at, why] of [
      ['2020-01-01', /not issued yet/],
      ['2099-01-01', /had expired/],
    ] as const)
      assert.match(await refused(xmlOf('both'), why, '--at', at), /It is a ticket of this installation/);
  });

  test('with a word changed', async () => {
    const output = await refused(xmlOf('both').replaceAll('loa:low', 'loa:high'), /NOT a ticket of this installation/);
    assert.match(output, /it is not as it was signed/);
    assert.match(output, /does not say what the trail recorded/);
  });

  const ownAssertion = (change: (xml: string) => string): string => {
    const { root } = (readXml(change(unsignedText())) as { document: { root: XmlElement } }).document;
    return writeXml(signMessage(root, key.key));
  };
  const unsignedText = (): string => writeXml(elementNamed(xmlOf('outer'), 'Assertion'));

  test('by another signer', async () => {
    const output = await refused(
      ownAssertion((xml) => xml),
      /no key of this installation made its signature/,
    );
    assert.doesNotMatch(output, /the trail/, 'what it says was ours');
  });

  test('an id that the trail does not know', async () => {
    await refused(
      ownAssertion((xml) => xml.replace(/ID="_/, 'ID="_f')),
      /the trail holds no record of it/,
    );
  });

  test('signed by the Response alone and shown without it: no signature, and word for word in the trail', async () => {
    await refused(unsignedText(), /bears no signature, and says word for word what this installation recorded/);
    await refused(unsignedText().replace('loa:low', 'loa:high'), /NOT a ticket of this installation/);
  });

  test('encrypted: the Response alone is told of; in the clear the assertion is', async () => {
    const output = await refused(posted.sealed ?? '', /The Response is of this installation/);
    assert.match(output, /its assertion is encrypted: show it in the clear/);
    await refused(xmlOf('sealed').replace('/acs"', '/acsx"'), /NOT a ticket of this installation/);
    const result = decryptElement(elementNamed(xmlOf('sealed'), 'EncryptedAssertion'), { keys: [key.privateKey] });
    assert.ok(result.ok);
    const { code, output: clear } = await verify(writeXml(result.document.root));
    assert.equal(code, 0, clear);
  });

  test('a key that was not in use yet, and one that was in use no longer', async () => {
    const issuer = `'saml issuer hub'`;
    const moved = (days: number) =>
      `UPDATE hub.signing_key SET activate_at = activate_at + interval '${days} days' WHERE issuer = ${issuer}`;
    const successor = `INSERT INTO hub.signing_key (kid, issuer, algorithm, public_jwk, sealed, publish_at, activate_at, retire_at)
      SELECT 'successor', issuer, algorithm, public_jwk, sealed, publish_at, activate_at + interval '3 days', retire_at
      FROM hub.signing_key WHERE issuer = ${issuer}`;
    const retired = `UPDATE hub.signing_key SET retire_at = activate_at WHERE issuer = ${issuer}`;
    await inDatabase(hub, moved(2));
    await refused(xmlOf('both'), /issued before its key was in use/);
    await inDatabase(hub, moved(-6), successor, retired);
    await refused(xmlOf('both'), /issued after its key was out of use/);
    await inDatabase(hub, `DELETE FROM hub.signing_key WHERE kid = 'successor'`);
    assert.equal((await verify(xmlOf('both'))).code, 0, 'it goes on while it has no successor');
  });

  test('what is no ticket is told in words', async () => {
    for (const text of ['<a/>', '<', '<samlp:Response/>', 'AAAA']) {
      const { code, output } = await verify(text);
      assert.notEqual(code, 0);
      assert.match(output, /not a (signed )?ticket/);
    }
  });
});

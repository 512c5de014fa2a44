// Partners whose records leave places and keys to metadata: their changes of keys need nobody here, and what is held changes nothing.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  judgeResponse,
  openMessage,
  type ResponseVerdict,
  readPost,
  redirectUrl,
  writeAuthnRequest,
} from '../../src/base/saml/index.ts';
import { loadXml, writeXml } from '../../src/base/xml/index.ts';
import { FederationFake, idpEntity, type NamedKeys, spEntity } from '../fakes/metadata-federation.ts';
import { type Answer, SamlFake, samlKey, samlPrivateKey } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { formsOf, type HttpAnswer, HttpBrowser, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { bring, ownMetadata, visit } from './saml-visits.ts';

const application = { entityId: 'https://journal.example/sp', acs: 'https://journal.example/acs' };

describe('partners by their metadata', () => {
  let hub: RunningHub;
  const federation = new FederationFake('fed');
  const kommun = new SamlFake('kommun');
  /** What is published now. */
  let idp: NamedKeys = { signing: ['kommun'] };
  let sp: NamedKeys = { signing: ['sp'], encryption: ['sp-enc'] };
  let hubKeys: readonly X509Certificate[] = [];
  let asked = 0;

  const publish = (change: { idp?: NamedKeys; sp?: NamedKeys } = {}) => {
    idp = change.idp ?? idp;
    sp = change.sp ?? sp;
    return federation.publish(hub, [idpEntity(kommun, idp), spEntity(application.entityId, application.acs, sp)]);
  };

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommun', number: '2120001553' }],
      metadataSources: [federation.source()],
      providers: [
        {
          id: 'kommun',
          connector: 'saml',
          name: { en: 'The municipality' },
          maximumAssurance: 'substantial',
          saml: {
            entityId: kommun.entityId,
            metadata: { source: 'fed' },
            organisation: 'kommun',
            levels: kommun.record().levels,
          },
        },
      ],
      samlApplications: [
        {
          id: 'journal',
          issuer: 'hub',
          name: { en: 'Journal' },
          minimumAssurance: 'low',
          entityId: application.entityId,
          metadata: { source: 'fed' },
          encrypts: 'always',
        },
      ],
      people: [
        {
          id: 'anna-kommun',
          givenName: 'Anna',
          familyName: 'Kommun',
          identities: [{ namespace: 'saml:kommun', value: 'anna' }],
        },
      ],
    });
    await kommun.trust(await ownMetadata(hub));
    await publish();
    hubKeys = await hubCertificates();
  });
  after(() => hub?.remove());

  /** The keys that our metadata as identity provider names. */
  async function hubCertificates(): Promise<readonly X509Certificate[]> {
    for (let tries = 0; ; tries += 1) {
      const { status, body } = await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/saml/metadata`);
      const found = [...body.matchAll(/X509Certificate>([^<]+)</g)].map(([, text = '']) => Buffer.from(text, 'base64'));
      if (status === 200) return found.map((der) => new X509Certificate(der));
      assert.ok(tries < 50, body);
      await sleep(200);
    }
  }

  /** The application's signed request, as a browser brings it. */
  function requestUrl(id: string, key: string): string {
    const request = writeAuthnRequest({
      id,
      issueInstant: Date.now() - 1000,
      issuer: application.entityId,
      destination: `${hub.hubUrl}/saml/sso`,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
    });
    const xml = Buffer.from(writeXml(request));
    return redirectUrl({ location: `${hub.hubUrl}/saml/sso`, parameter: 'SAMLRequest', xml, key: samlKey(key) });
  }

  interface Login {
    readonly asks?: string;
    readonly answers?: string;
    readonly decrypts?: string;
    readonly said?: Answer;
  }

  /** From the application by way of the provider and back; each with the key of this name. */
  async function logIn({
    asks = 'sp',
    answers = 'kommun',
    decrypts = 'sp-enc',
    said = {},
  }: Login = {}): Promise<ResponseVerdict | HttpAnswer> {
    asked += 1;
    const id = `_journal${asked}`;
    const at = Date.now();
    const browser = new HttpBrowser(hub.rootPem);
    const page = await browser.go(requestUrl(id, asks));
    if (page.status !== 200) return page;
    const answer = kommun.answer(await visit(browser, page, kommun), { signedBy: samlKey(answers), ...said });
    const end = await bring(browser, kommun, answer.action, answer.fields);
    const [form] = formsOf(end);
    if (form?.action !== application.acs) return end;
    const read = readPost(Object.entries(form.fields));
    assert.ok(read.ok);
    const opening = openMessage(read.received);
    assert.ok(opening.ok);
    return judgeResponse(opening.message, {
      now: Date.now(),
      ownEntityId: application.entityId,
      acsUrl: application.acs,
      provider: {
        entityId: `${hub.hubUrl}/saml/metadata`,
        keys: hubKeys.map(({ publicKey }) => publicKey),
        signs: 'both',
      },
      encryption: { keys: [samlPrivateKey(decrypts)], required: true },
      request: { id, at, forceAuthn: false },
    });
  }

  async function works(login: Login = {}): Promise<void> {
    const came = await logIn(login);
    assert.ok('accepted' in came, 'body' in came ? came.body : '');
    assert.ok(came.accepted, JSON.stringify(came));
  }

  async function refused(login: Login, what: RegExp): Promise<HttpAnswer> {
    const came = await logIn(login);
    assert.ok(!('accepted' in came), 'somebody was logged in');
    assert.match(came.body, what);
    return came;
  }

  test('a login goes from the one to the other without a key or place in either record', () => works());

  test('the provider changes its key with an overlap, and no hand moves here', async () => {
    await refused({ answers: 'kommun-next' }, /We could not trust the answer/);
    assert.doesNotMatch(await publish({ idp: { signing: ['kommun', 'kommun-next'] } }), /held/);
    await works({ answers: 'kommun' });
    await works({ answers: 'kommun-next' });
    assert.doesNotMatch(await publish({ idp: { signing: ['kommun-next'] } }), /held/);
    await works({ answers: 'kommun-next' });
    await refused({ answers: 'kommun' }, /We could not trust the answer/);
    await publish({ idp: { signing: ['kommun-next', 'kommun'] } });
    await publish({ idp: { signing: ['kommun'] } });
  });

  test('the application changes the keys that it signs with and is encrypted to, likewise', async () => {
    await refused({ asks: 'sp-next' }, /request/i);
    await publish({ sp: { signing: ['sp', 'sp-next'], encryption: ['sp-enc', 'enc-next'] } });
    // While both are published it has both.
    await works({ asks: 'sp', decrypts: 'sp-enc' });
    await works({ asks: 'sp-next', decrypts: 'sp-enc' });
    await publish({ sp: { signing: ['sp-next'], encryption: ['enc-next'] } });
    await works({ asks: 'sp-next', decrypts: 'enc-next' });
    await refused({ asks: 'sp' }, /request/i);
    await publish({ sp: { signing: ['sp-next', 'sp'], encryption: ['enc-next', 'sp-enc'] } });
    await publish({ sp: { signing: ['sp'], encryption: ['sp-enc'] } });
    await works();
  });

  test('a change without an overlap is held: the old keys count until somebody approves it', async () => {
    const said = await publish({
      idp: { signing: ['stolen'] },
      sp: { signing: ['stolen-sp'], encryption: ['sp-enc'] },
    });
    assert.match(said, /2 held for approval/);
    await works();
    await refused({ answers: 'stolen' }, /We could not trust the answer/);
    const { output } = await tillitCommand(hub, 'status');
    assert.match(output, /waits: change [0-9a-f]{12} of https:\/\/kommun\.example\/metadata/);
    const change = /waits: change ([0-9a-f]{12}) of https:\/\/kommun/.exec(output)?.[1] ?? '';
    const approved = await tillitCommand(hub, 'metadata', 'approve', change, '--reason', 'told by phone');
    assert.equal(approved.code, 0, approved.output);
    await works({ answers: 'stolen' });
    await refused({}, /We could not trust the answer/);
    await publish({ idp: { signing: ['stolen', 'kommun'] }, sp: { signing: ['sp'], encryption: ['sp-enc'] } });
    await publish({ idp: { signing: ['kommun'] } });
    await works();
  });

  test('who is no longer listed is refused in words, told to operators, and named by status', async () => {
    await federation.publish(hub, [spEntity(application.entityId, application.acs, sp)]);
    const browser = new HttpBrowser(hub.rootPem);
    const page = await browser.go(requestUrl('_gone1', 'sp'));
    const way = /href="([^"]*\/leave\?provider=kommun)"/.exec(page.body)?.[1] ?? '';
    const told = await browser.go(new URL(way, page.url));
    assert.match(told.body, /The municipality cannot be used right now/);
    const { output } = await tillitCommand(hub, 'status');
    assert.match(output, /provider kommun cannot be used: no metadata of https:\/\/kommun\.example\/metadata in fed/);
    const found = await tillitCommand(hub, 'audit', 'find', '--kind', 'hub.alarm', '--json');
    assert.match(found.output, /metadata\.partner/);

    await federation.publish(hub, [idpEntity(kommun, idp)]);
    const away = await new HttpBrowser(hub.rootPem).go(requestUrl('_gone2', 'sp'));
    assert.ok(away.status >= 400, String(away.status));
    assert.match(away.body, /request\.noMetadata/);
    await publish();
    await works();
  });
});

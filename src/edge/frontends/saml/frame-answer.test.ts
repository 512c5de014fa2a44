// What applications answer in frames of the page after logout: believed by every check, and then told; nothing else is.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SamlAsker, sloUrl } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import {
  openMessage,
  readRedirect,
  redirectUrl,
  type Status,
  signMessage,
  statusCodes,
  writeLogoutResponse,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import { type SamlChecks, samlChecks } from './checks.ts';
import { logoutFrame } from './tell-logout.ts';

before(loadXml);

interface Said {
  readonly status?: Status;
  readonly inResponseTo?: string | undefined;
  readonly issuer?: string;
  readonly destination?: string | undefined;
  readonly issueInstant?: number;
  readonly key?: string | undefined;
}

async function framed(checks: SamlChecks = samlChecks) {
  const hub = new SamlHub([samlApplication('link'), samlApplication('other')], { checks });
  await new SamlAsker(hub).ask();
  const about = { session: 's1', application: 'link', issuer: 'hub', subject: 'transient passing' };
  const idOf = (url: string | undefined) => {
    const read = readRedirect(new URL(url ?? '').search.slice(1));
    const opening = read.ok ? openMessage(read.received) : undefined;
    assert.ok(opening?.ok);
    return opening.message.claimedId;
  };
  const frame = () => idOf(logoutFrame(hub.ports, about));
  const element = (said: Said) =>
    writeLogoutResponse({
      id: '_answer',
      issueInstant: hub.now,
      issuer: 'https://link.example/sp',
      destination: sloUrl,
      inResponseTo: frame(),
      status: { code: statusCodes.success },
      ...said,
    });
  const answer = (said: Said = {}) => {
    const key = 'key' in said ? said.key : 'link';
    const xml = Buffer.from(writeXml(element(said)));
    const signer = key === undefined ? undefined : samlKeyOf(key).key;
    const url = redirectUrl({ location: sloUrl, parameter: 'SAMLResponse', xml, key: signer });
    return hub.call('GET', '/helse/saml/slo', { query: new URL(url).search.slice(1) });
  };
  const posted = () => {
    const xml = writeXml(signMessage(element({}), samlKeyOf('link').key));
    return hub.call('POST', '/helse/saml/slo', { form: { SAMLResponse: Buffer.from(xml).toString('base64') } });
  };
  return { hub, frame, answer, posted };
}

describe('an answer in a frame', () => {
  test('that it has ended, or is not known there, is told; it shows nothing', async () => {
    const unknown = { code: statusCodes.requester, second: statusCodes.unknownPrincipal };
    for (const status of [{ code: statusCodes.success }, unknown]) {
      const { hub, answer } = await framed();
      const { status: shown, body } = await answer({ status });
      assert.deepEqual([shown, body], [204, '']);
      assert.deepEqual(hub.told, [{ session: 's1', application: 'link', at: hub.now }]);
      assert.equal(hub.store.audit.at(-1)?.kind, 'session.logoutSent');
    }
  });

  test('by POST counts as well', async () => {
    const { hub, posted } = await framed();
    assert.equal((await posted()).status, 204);
    assert.equal(hub.told.length, 1);
  });

  test('that it could not is written down, and not told', async () => {
    const { hub, answer } = await framed();
    await answer({ status: { code: statusCodes.responder } });
    assert.deepEqual([hub.told, hub.store.audit.at(-1)?.kind], [[], 'session.logoutFailed']);
  });

  test('names the session by an ID that is another each time, and says nothing of it', async () => {
    const { frame } = await framed();
    const [one, other] = [frame(), frame()];
    assert.notEqual(one, other);
    assert.match(one, /^_[A-Za-z0-9_-]+$/);
    assert.doesNotMatch(Buffer.from(one.slice(1), 'base64url').toString('latin1'), /s1/);
  });

  const cases: readonly (readonly [check: string, what: string, said: (id: string) => Said])[] = [
    ['signature', 'by another’s key', () => ({ key: 'thief' })],
    ['signed', 'by nobody', () => ({ key: undefined })],
    ['destination', 'for another place', () => ({ destination: 'https://other.example/slo' })],
    ['instant', 'of long ago', () => ({ issueInstant: Date.UTC(2020, 0, 1) })],
    ['logout.ours', 'to no request', () => ({ inResponseTo: undefined })],
    ['logout.ours', 'to a request that we did not make', () => ({ inResponseTo: '_AAAA' })],
    ['logout.ours', 'to a changed one', (id) => ({ inResponseTo: `${id.slice(0, -2)}AA` })],
  ];
  for (const [check, what, said] of cases)
    test(`${what}: nobody was told (${check})`, async () => {
      const { hub, answer, frame } = await framed();
      assert.equal((await answer(said(frame()))).status, 204);
      assert.deepEqual([hub.told, hub.store.audit.at(-1)?.body.check], [[], check]);
      if (check === 'logout.ours') return;
      const without = samlChecks.logoutResponse.filter(({ name }) => name !== check);
      const open = await framed({ ...samlChecks, logoutResponse: without });
      await open.answer(said(open.frame()));
      assert.notEqual(open.hub.store.audit.at(-1)?.body.check, check);
    });

  test('of another application to a request of this one: nobody was told', async () => {
    const { hub, answer, frame } = await framed();
    await answer({ issuer: 'https://other.example/sp', key: 'other', inResponseTo: frame() });
    assert.deepEqual([hub.told, hub.store.audit.at(-1)?.body.check], [[], 'logout.ours']);
  });
});

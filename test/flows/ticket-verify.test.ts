// A ticket that somebody holds up later: was it ours, what did it say, did it hold at that time (N9).
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  ApplicationClient,
  demoApplication,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  type TestTickets,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';

describe('tickets held up later', () => {
  const folder = temporaryFolder('tickets');
  let hub: RunningHub;
  let client: ApplicationClient;
  let tickets: TestTickets;
  let renewed: TestTickets;
  before(async () => {
    hub = await startHub();
    client = new ApplicationClient(demoApplication(hub));
    const login = await client.push();
    const back = (url: URL): boolean => url.origin === hub.ehrUrl;
    const kari = { username: 'kari', password: hub.password('kari') };
    const page = await logInWithPassword(new HttpBrowser(hub.rootPem), login.url, kari, back);
    tickets = await client.complete(page.url, login);
    renewed = await client.refresh(tickets.refreshToken ?? '');
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const verify = async (token: string, ...words: string[]) => {
    const file = join(folder.path, 'ticket.jwt');
    writeFileSync(file, `${token}\n`);
    return tillitCommand(hub, 'ticket', 'verify', file, ...words);
  };

  test('every ticket says who, from where, in which role of which register, how, when, for whom and why', () => {
    for (const claims of [tickets.accessClaims, tickets.idClaims, renewed.accessClaims, renewed.idClaims]) {
      assert.deepEqual(
        [claims.sub, claims.sub_namespace, claims.organisation_parent, claims.organisation_child],
        ['kari-nordmann', 'tillit-person', '983974724', '974557746'],
      );
      assert.deepEqual(claims.professional_id, { namespace: 'hpr', value: '9144900' });
      assert.equal(claims.acr, 'urn:tillit:loa:low');
      assert.match(String(claims.decision), /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      for (const name of ['amr', 'auth_time', 'iat', 'exp', 'aud', 'iss']) assert.ok(name in claims, name);
    }
    assert.ok(tickets.accessClaims.jti && tickets.accessClaims.client_id);
  });

  for (const kind of ['accessToken', 'idToken'] as const) {
    test(`${kind}: ours, and it held now; of the login and of the renewal`, async () => {
      for (const given of [tickets, renewed]) {
        const { code, output } = await verify(String(given[kind]));
        assert.equal(code, 0, output);
        assert.match(output, /It is a ticket of this installation, id \S+/);
        assert.match(output, /professional_id {2}.*"9144900"/);
      }
    });
    test(`${kind}: not before it was issued, not after it expired`, async () => {
      for (const [at, why] of [
        ['2020-01-01', /not issued yet/],
        ['2099-01-01', /had expired/],
      ] as const) {
        const { code, output } = await verify(String(tickets[kind]), '--at', at);
        assert.equal(code, 1);
        assert.match(output, why);
        assert.match(output, /It is a ticket of this installation/);
      }
    });
    test(`${kind}: one with a word changed is not ours`, async () => {
      const [header, payload, signature] = String(tickets[kind]).split('.');
      const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
      const changed = Buffer.from(JSON.stringify({ ...claims, acr: 'urn:tillit:loa:high' })).toString('base64url');
      const { code, output } = await verify(`${header}.${changed}.${signature}`);
      assert.equal(code, 1);
      assert.match(output, /is NOT a ticket of this installation/);
      assert.match(output, /no key of this installation/);
      assert.match(output, /does not say what the trail recorded|holds no record/);
    });
  }

  test('an outsider computes the digest that the trail holds, with nothing but the ticket', async () => {
    const payload = Buffer.from(tickets.accessToken.split('.')[1] ?? '', 'base64url');
    const reference = String(tickets.accessClaims.decision);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--reference', reference, '--json');
    assert.ok(output.includes(hash('sha256', payload)), output);
  });

  test('a revoked one held until then', async () => {
    const before = new Date(Date.now() - 1).toISOString();
    await client.revoke(renewed.refreshToken ?? '');
    const { code, output } = await verify(renewed.accessToken);
    assert.equal(code, 1);
    assert.match(output, /revoked, or its session had ended/);
    assert.equal((await verify(renewed.accessToken, '--at', before)).code, 0);
  });

  test('what is no ticket is told in words', async () => {
    const { code, output } = await verify('not a ticket');
    assert.notEqual(code, 0);
    assert.match(output, /not a signed ticket/);
  });
});

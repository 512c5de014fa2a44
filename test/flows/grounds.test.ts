// The demo's EHR says workplace, role and grounds: judged, put in the ticket, a factor of the login, and in the trail (N4, N9).
import assert from 'node:assert/strict';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { checkNames } from '../../src/apps/demo/record-api/index.ts';
import {
  ApplicationClient,
  ask,
  demoApplication,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  softCard,
  startHub,
  type TestTickets,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const [region, hospital] = ['983974724', '974557746'];
const enh = 'urn:oid:2.16.578.1.12.4.1.4.101';
const coreRecord = 'https://core-record.demo.example/api';

/** An attest as an EHR writes it; `code` is the profession, which a clerk has none of. */
const attest = (code: string | undefined, decision = 'decision-1') => ({
  type: 'nhn:tillitsrammeverk:parameters',
  practitioner: {
    ...(code ? { authorization: { code, system: 'urn:oid:2.16.578.1.12.4.1.1.9060' } } : {}),
    legal_entity: { id: region, system: enh },
    point_of_care: { id: hospital, system: enh },
  },
  care_relationship: {
    healthcare_service: { code: 'S03', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
    purpose_of_use: { code: 'TREAT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: decision, user_selected: true },
  },
});

describe('grounds of access, from EHR to ticket', () => {
  const folder = temporaryFolder('grounds');
  let hub: RunningHub;
  let client: ApplicationClient;
  before(async () => {
    hub = await startHub();
    client = new ApplicationClient(demoApplication(hub));
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });
  const back = (url: URL): boolean => url.origin === hub.ehrUrl;

  /** Pushes a request that the EHR signed, with everything in it (RFC 9101). */
  async function pushSigned(details: unknown) {
    const { settings } = client;
    const login = await client.push({ resource: coreRecord });
    const key = createPrivateKey(readFileSync(settings.keyFile));
    const now = Math.floor(Date.now() / 1000);
    const verifier = login.verifier;
    const request = await new SignJWT({
      iss: settings.clientId,
      aud: settings.issuer,
      client_id: settings.clientId,
      jti: randomUUID(),
      response_type: 'code',
      redirect_uri: settings.redirectUri,
      scope: 'openid profile assignment offline_access',
      resource: coreRecord,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      acr_values: details === undefined ? undefined : 'urn:tillit:loa:high',
      authorization_details: details,
      nbf: now,
      iat: now,
      exp: now + 50,
    })
      .setProtectedHeader({ alg: 'ES256', kid: settings.clientId, typ: 'oauth-authz-req+jwt' })
      .sign(key);
    return client.push({ request }, login);
  }

  async function withCard(details: unknown): Promise<TestTickets> {
    const login = await pushSigned(details);
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, 'lars-advanced'));
    const at = await toCardListener(browser, await browser.go(login.url));
    const page = await browser.go(at.url, back);
    return client.complete(page.url, login);
  }

  test('a doctor with her card: who, from where, as what and why are in the ticket, and stay in it', async () => {
    const tickets = await withCard([attest('LE')]);
    const renewed = await client.refresh(tickets.refreshToken ?? '');
    for (const { accessClaims, idClaims } of [tickets, renewed]) {
      const told = accessClaims.authorization_details as Record<string, Record<string, Record<string, unknown>>>;
      const { practitioner, care_relationship } = told['nhn:tillitsrammeverk'] ?? {};
      assert.deepEqual(practitioner?.hpr_nr, {
        id: '9144889',
        system: 'urn:oid:2.16.578.1.12.4.1.4.4',
        authority: 'https://www.helsedirektoratet.no/',
      });
      assert.deepEqual(practitioner?.identifier, {
        id: '14818510056',
        name: 'Lars Vestby',
        system: 'urn:oid:2.16.578.1.12.4.1.4.1',
        authority: 'https://www.skatteetaten.no',
      });
      assert.deepEqual(practitioner?.point_of_care, {
        id: hospital,
        name: 'Fjord Hospital',
        system: enh,
        authority: 'https://www.brreg.no',
      });
      assert.deepEqual(care_relationship?.decision_ref, { id: 'decision-1', user_selected: true });
      assert.equal(accessClaims['helseid://claims/client/claims/orgnr_parent'], region);
      assert.deepEqual(
        [accessClaims.organisation_parent, accessClaims.organisation_child, accessClaims.purpose, accessClaims.aud],
        [region, hospital, 'TREAT', coreRecord],
      );
      assert.equal(idClaims.authorization_details, undefined);
    }
    const file = join(folder.path, 'ticket.jwt');
    writeFileSync(file, tickets.accessToken);
    const verified = await tillitCommand(hub, 'ticket', 'verify', file);
    assert.equal(verified.code, 0, verified.output);
    for (const line of [
      /organisation_parent {2}"983974724"/,
      /organisation_child {2}"974557746"/,
      /purpose {2}"TREAT"/,
    ])
      assert.match(verified.output, line);
    const reference = String(tickets.accessClaims.decision);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--reference', reference, '--json');
    assert.match(output, /decision-1/);
    assert.doesNotMatch(output, /14818510056/);
  });

  test('a profession that the register does not know of the doctor is refused, back at the EHR', async () => {
    const login = await pushSigned([attest('TL')]);
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, 'lars-advanced'));
    const at = await toCardListener(browser, await browser.go(login.url));
    const { url } = await browser.go(at.url, back);
    assert.equal(url.searchParams.get('error'), 'invalid_authorization_details');
    assert.match(url.searchParams.get('error_description') ?? '', /not a valid authorisation of the person in HPR/);
  });

  test('a clerk without a profession is refused by the service owner’s rule, in safe words; the trail says which', async () => {
    const login = await pushSigned([attest(undefined)]);
    const browser = new HttpBrowser(hub.rootPem);
    const password = { username: 'siri', password: hub.password('siri') };
    const page = await logInWithPassword(browser, login.url, password, back);
    const text = page.body.replace(/<[^>]+>/g, ' ');
    assert.match(text, /You do not have access/);
    assert.match(
      text,
      /The rule was set by: National core record/,
      'and by whom, since it is no rule of the clerk’s own',
    );
    assert.doesNotMatch(text, /n4-treatment|TREAT/);
    const reference = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0] ?? '';
    const explained = await tillitCommand(hub, 'explain', reference);
    assert.match(explained.output, /n4-treatment/);
  });

  const lines = (body: string) =>
    Object.fromEntries(
      [...body.matchAll(/<li id="check-(\w+)"><span class="mark" aria-hidden="true">(.)</g)].map(([, name, mark]) => [
        name,
        mark,
      ]),
    );

  test('the demo’s EHR says it by a button: the core record’s API checks the doctor’s ticket and answers, shown on a page', async () => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, 'lars-advanced'));
    const at = await toCardListener(browser, await browser.go(`${hub.ehrUrl}/login`));
    const home = await browser.go(at.url);
    assert.match(home.body, /id="grounds"/);
    assert.match(home.body, /id="at-aud">https:\/\/ehr\.demo\.example\/api</);
    const page = await browser.go(`${hub.ehrUrl}/grounds`);
    assert.equal(page.url.href, `${hub.ehrUrl}/grounds`);
    assert.match(
      page.body,
      /id="earlier">First the core record said no \(403\)/,
      'the card was enough, grounds were not there',
    );
    assert.deepEqual(lines(page.body), Object.fromEntries(checkNames.map((name) => [name, '✓'])));
    assert.match(page.body, /Penicillin/);
    assert.match(page.body, /id="at-authorization_details">[^<]*nhn:tillitsrammeverk/);
    assert.match(page.body, /id="at-purpose">TREAT</);
    assert.match(page.body, /id="at-aud">https:\/\/core-record\.demo\.example\/api</);
    const again = await browser.go(`${hub.ehrUrl}/grounds`);
    const ticketId = (body: string) => /id="at-jti">([^<]+)</.exec(body)?.[1];
    assert.equal(ticketId(again.body), ticketId(page.body), 'the same ticket serves again, with a new proof');

    // The core record told of its reads: the ticket gives login, ticket and use, and the trail's page shows them (V7).
    const found = async () => {
      const { output } = await tillitCommand(hub, 'audit', 'find', `ticket:${ticketId(page.body)}`, '--json');
      return output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).event] : []));
    };
    let events = await found();
    for (let tries = 0; events.filter(({ kind }) => kind === 'usage.reported').length < 2 && tries < 100; tries += 1)
      events = await found();
    const [use] = events.filter(({ kind }) => kind === 'usage.reported');
    const issued = events.find(({ kind }) => kind === 'ticket.issued' || kind === 'ticket.refreshed');
    assert.deepEqual(
      [use.application, use.body.of, use.person, use.session, use.body.action],
      ['demo-core-record', issued.application, issued.person, issued.session, 'R'],
    );
    const about = await tillitCommand(hub, 'audit', 'find', 'about:"178951 99974" class:usage', '--json');
    assert.match(about.output, /"kind":"usage\.reported"/);
    assert.doesNotMatch(JSON.stringify(events) + about.output, /17895199974/);
    assert.match((await browser.go(`${hub.hubUrl}/demo/trail`)).body, /The application said that the ticket was used/);
  });

  test('a nurse with a password: the API asks for the level high, the EHR for a new login, her card opens the summary', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const password = { username: 'kari', password: hub.password('kari') };
    await logInWithPassword(browser, new URL(`${hub.ehrUrl}/login`), password, () => false);
    const asked = await browser.go(`${hub.ehrUrl}/grounds`);
    assert.equal(asked.url.origin, hub.hubUrl);
    browser.card = softCard(hub, 'kari-advanced');
    const page = await browser.go((await toCardListener(browser, asked)).url);
    assert.match(
      page.body,
      /id="earlier">First the core record said no \(401\)\. It lacked this: The login reached the level high/,
    );
    assert.deepEqual(lines(page.body), Object.fromEntries(checkNames.map((name) => [name, '✓'])));
  });

  test('the demo’s clerk meets the rule by the same button, in words of the service owner, and so does the trail', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const password = { username: 'siri', password: hub.password('siri') };
    await logInWithPassword(browser, new URL(`${hub.ehrUrl}/login`), password, () => false);
    const page = await browser.go(`${hub.ehrUrl}/grounds`);
    const text = page.body.replace(/<[^>]+>/g, ' ');
    assert.match(text, /You do not have access/);
    assert.match(text, /Only health personnel open the core record for treatment\./);
    const trail = (await browser.go(`${hub.hubUrl}/demo/trail`)).body.replace(/<[^>]+>/g, ' ');
    assert.match(trail, /Siri Lunde[^§]*not let in[^§]*Only health personnel open the core record for treatment\./);
  });

  test('the API over HTTPS: a ticket of the hub with a proof opens it once; the challenge says what lacks', async () => {
    const tickets = await withCard([attest('LE', 'decision-3')]);
    const url = new URL(`${hub.coreRecordUrl}/api/summary`);
    const { dpop: DPoP } = await client.ready();
    const sent: Headers[] = [];
    const viaOauth = async (token: string) =>
      await oauth.protectedResourceRequest(token, 'GET', url, undefined, undefined, {
        DPoP,
        [oauth.customFetch]: async (to: string, init: { headers: Record<string, string> }) => {
          sent.push(new Headers(init.headers));
          const answer = await ask(new URL(to), { root: hub.rootPem, headers: init.headers });
          const challenge = answer.headers['www-authenticate'];
          const headers = challenge === undefined ? {} : { 'www-authenticate': String(challenge) };
          return new Response(answer.body, { status: answer.status, headers });
        },
      } as never);
    const answer = await viaOauth(tickets.accessToken);
    assert.equal(answer.status, 200);
    const { ticket } = (await answer.json()) as { ticket: Record<string, unknown> };
    assert.equal(ticket['jti'], tickets.accessClaims.jti);

    const again = (headers: Record<string, string>) => ask(url, { root: hub.rootPem, headers });
    const replayed = await again(Object.fromEntries(sent[0] ?? []));
    assert.equal(replayed.status, 401);
    assert.match(String(replayed.headers['www-authenticate']), /^DPoP error="invalid_dpop_proof".*used before/);
    const bearer = await again({ authorization: `Bearer ${tickets.accessToken}` });
    assert.match(String(bearer.headers['www-authenticate']), /^DPoP error="invalid_token"/);
    const nothing = await again({});
    assert.deepEqual(
      [nothing.status, nothing.headers['www-authenticate']],
      [401, 'DPoP algs="ES256 PS256 EdDSA Ed25519"'],
    );

    const login = await client.push({ resource: coreRecord });
    const kari = { username: 'kari', password: hub.password('kari') };
    const page = await logInWithPassword(new HttpBrowser(hub.rootPem), login.url, kari, back);
    const low = await client.complete(page.url, login);
    await assert.rejects(viaOauth(low.accessToken), (error: oauth.WWWAuthenticateChallengeError) => {
      const [challenge] = error.cause;
      assert.equal(challenge?.parameters.error, 'insufficient_user_authentication');
      assert.equal(challenge?.parameters['acr_values'], 'urn:tillit:loa:high');
      return true;
    });
  });

  test('the registers that decide come out as a file that applies as no change', async () => {
    const file = join(folder.path, 'registers.yaml');
    const without = await tillitCommand(hub, 'registers', 'export');
    assert.match(without.output, /Fjord Hospital/);
    assert.doesNotMatch(without.output, /14818510056/);
    const { output } = await tillitCommand(hub, 'registers', 'export', '--personal-numbers');
    writeFileSync(file, output);
    const checked = await tillitCommand(hub, 'registers', 'check', file);
    assert.deepEqual([checked.code, checked.output.trim().split('\n')], [0, ['organisations: 2', 'professionals: 2']]);
    writeFileSync(file, output.replace('"14818510056"', '"1481851005"').replace("'14818510056'", "'1481851005'"));
    const wrong = await tillitCommand(hub, 'registers', 'apply', file);
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /professionals\[1\]\.nationalNumber/);
  });

  test('who loses the right in the register loses the grounds at the next renewal, at once', async () => {
    const tickets = await withCard([attest('LE', 'decision-2')]);
    const { output } = await tillitCommand(hub, 'registers', 'export', '--personal-numbers');
    const file = join(folder.path, 'ended.yaml');
    writeFileSync(file, output.replace('profession: LE', 'profession: LE\n        until: 2020-01-01'));
    const applied = await tillitCommand(hub, 'registers', 'apply', file);
    assert.equal(applied.code, 0, applied.output);
    await assert.rejects(client.refresh(tickets.refreshToken ?? ''), /invalid_authorization_details|server responded/);
  });
});

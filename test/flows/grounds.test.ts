// The demo's EHR says workplace, role and grounds: judged, put in the ticket, a factor of the login, and in the trail (N4, N9).
import assert from 'node:assert/strict';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignJWT } from 'jose';
import {
  ApplicationClient,
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
    const { calculatePKCECodeChallenge } = await import('oauth4webapi');
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
      code_challenge: await calculatePKCECodeChallenge(verifier),
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
    assert.doesNotMatch(text, /n4-treatment|TREAT/);
    const reference = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0] ?? '';
    const explained = await tillitCommand(hub, 'explain', reference);
    assert.match(explained.output, /n4-treatment/);
  });

  test('the demo’s EHR says it by a button: a doctor gets the ticket, shown on the page', async () => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, 'lars-advanced'));
    const at = await toCardListener(browser, await browser.go(`${hub.ehrUrl}/login`));
    const home = await browser.go(at.url);
    assert.match(home.body, /id="grounds"/);
    const page = await browser.go(`${hub.ehrUrl}/grounds`);
    assert.match(page.body, /id="at-authorization_details">[^<]*nhn:tillitsrammeverk/);
    assert.match(page.body, /id="at-purpose">TREAT</);
    assert.match(page.body, /id="at-aud">https:\/\/core-record\.demo\.example\/api</);
  });

  test('the demo’s clerk meets the rule by the same button', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const password = { username: 'siri', password: hub.password('siri') };
    await logInWithPassword(browser, new URL(`${hub.ehrUrl}/login`), password, () => false);
    const page = await browser.go(`${hub.ehrUrl}/grounds`);
    assert.match(page.body.replace(/<[^>]+>/g, ' '), /You do not have access/);
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

// A hub behind a hub: the level that an application requires goes there, the level of the login comes back, and nothing is ever raised.
import assert from 'node:assert/strict';
import { createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Assurance, assuranceLevels } from '../../src/wire/codes/index.ts';
import { applyItems, clientKeysOf, type HubPair, startHubPair } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  HttpBrowser,
  logInWithPassword,
  softCard,
  toCardListener,
} from '../support/index.ts';

type Profile = 'fapi2' | 'helseid' | 'basic';
const profiles: readonly Profile[] = ['fapi2', 'helseid', 'basic'];

/** Our records of the hub behind. `deaf` asks by names that it does not know, so that it hears of no requirement. */
const records = ['asked', 'deaf', 'substantialAtMost', 'lowAtMost'] as const;
type RecordName = (typeof records)[number];
const ceilings: Readonly<Record<RecordName, Assurance>> = {
  asked: 'high',
  deaf: 'high',
  substantialAtMost: 'substantial',
  lowAtMost: 'low',
};

/** How a login ends: the level in the application's ticket; or who refused, and where. */
type Outcome =
  | Assurance
  | 'step-up there' // the hub behind asks for a stronger login and sends nobody back
  | 'refused here' // it sent somebody back, and what it said is not enough
  | 'unmet'; // nobody was sent there: the application gets unmet_authentication_requirements

/** For each level of the login there, what comes of low, substantial and high as the application's requirement. */
const expected: Readonly<Record<RecordName, Readonly<Record<Assurance, readonly Outcome[]>>>> = {
  asked: {
    low: ['low', 'step-up there', 'step-up there'],
    substantial: ['substantial', 'substantial', 'step-up there'],
    high: ['high', 'high', 'high'],
  },
  deaf: {
    low: ['low', 'refused here', 'refused here'],
    substantial: ['substantial', 'substantial', 'refused here'],
    high: ['high', 'high', 'high'],
  },
  substantialAtMost: {
    low: ['low', 'step-up there', 'unmet'],
    substantial: ['substantial', 'substantial', 'unmet'],
    high: ['substantial', 'substantial', 'unmet'],
  },
  lowAtMost: {
    low: ['low', 'unmet', 'unmet'],
    substantial: ['low', 'unmet', 'unmet'],
    high: ['low', 'unmet', 'unmet'],
  },
};

const nameOf = (profile: Profile, record: RecordName): string => `${profile}-${record.toLowerCase()}`;
const secret = randomBytes(32).toString('base64url');
const number = '03827910081';
const pid = 'helseid://claims/identity/pid';
const acr = (level: Assurance): string => `urn:tillit:loa:${level}`;

describe('a hub behind a hub', () => {
  let pair: HubPair;
  /** Cookies of a person at the hub behind, by the level of the login there. */
  const sources = new Map<Assurance, ReadonlyMap<string, string>>();

  before(async () => {
    pair = await startHubPair();
    const { here, there } = pair;
    writeFileSync(join(here.dataFolder, 'secret'), secret, { mode: 0o600 });
    writeFileSync(join(there.dataFolder, 'secret'), secret, { mode: 0o600 });
    const all = profiles.flatMap((profile) => records.map((record) => ({ profile, record })));
    await applyItems(here, {
      providers: all.map(({ profile, record }) => providerItem(profile, record)),
      applications: all.flatMap(({ profile, record }) =>
        assuranceLevels.map((required) => applicationItem(nameOf(profile, record), required)),
      ),
      people: [
        {
          id: 'known-there',
          givenName: 'Known',
          familyName: 'There',
          identities: all.flatMap(({ profile, record }) => {
            const namespace = `oidc:${nameOf(profile, record)}`;
            if (profile !== 'helseid') return [{ namespace, value: 'kari-nordmann' }];
            return record === 'deaf' ? [{ namespace, value: number }] : [];
          }),
        },
      ],
    });
    const { keys } = await clientKeysOf(here);
    await applyItems(there, {
      issuers: [{ id: 'sts', url: `${there.hubUrl}/sts`, brand: 'demo', endpoints: 'helseid' }],
      applications: profiles.map((profile) => clientItem(profile, keys)),
    });
    const kari = { username: 'kari', password: there.password('kari') };
    await source('low', async (browser, portal) => {
      await logInWithPassword(browser, portal, kari, () => false);
    });
    for (const [level, card] of [
      ['substantial', 'kari-simple'],
      ['high', 'kari-advanced'],
    ] as const) {
      await source(level, async (browser, portal) => {
        browser.card = softCard(there, card);
        const { url } = await toCardListener(browser, await browser.go(portal));
        await browser.go(url);
      });
    }
  });
  after(() => pair?.remove());

  /** What an operator writes here of the hub behind. */
  function providerItem(profile: Profile, record: RecordName) {
    const { there } = pair;
    const levels = Object.fromEntries(assuranceLevels.map((level) => [acr(level), level]));
    const unknown = { L2: 'substantial', L3: 'high' };
    const upstream = {
      issuer: profile === 'helseid' ? `${there.hubUrl}/sts` : there.hubUrl,
      clientId: `front-${profile}`,
      authentication:
        profile === 'basic'
          ? { method: 'client_secret_basic', secretFile: 'secret' }
          : { method: 'private_key_jwt', algorithm: 'ES256' },
      privateNetwork: true,
      testNumbers: true,
      ...(profile === 'helseid' && record !== 'deaf'
        ? { preset: 'helseid', namespaces: ['no-fodselsnummer'] }
        : { preset: 'generic', levels: record === 'deaf' ? { ...unknown, ...levels } : levels }),
      ...(profile === 'helseid' && record === 'deaf'
        ? { subjectClaim: pid, scopes: [pid.replace('claims', 'scopes')] }
        : {}),
    };
    const id = nameOf(profile, record);
    return { id, connector: 'oidc', name: { en: id }, maximumAssurance: ceilings[record], upstream };
  }

  /** An application here that has this one provider; all sign with the demo EHR's key. */
  const applicationItem = (provider: string, required: Assurance) => ({
    id: `app-${provider}-${required}`,
    issuer: 'hub',
    name: { en: provider },
    redirectUris: [`${pair.here.ehrUrl}/callback`],
    authentication: { method: 'private_key_jwt', jwks: { keys: [applicationKey(`app-${provider}-${required}`)] } },
    grants: ['authorization_code'],
    scopes: ['openid'],
    minimumAssurance: required,
    providers: [provider],
  });

  const applicationKey = (kid: string) => ({
    ...createPublicKey(readFileSync(demoApplication(pair.here).keyFile)).export({ format: 'jwk' }),
    ...{ kid, alg: 'ES256', use: 'sig' },
  });

  /** What the operator of the hub behind writes of us. */
  const clientItem = (profile: Profile, keys: readonly object[]) => ({
    id: `front-${profile}`,
    issuer: profile === 'helseid' ? 'sts' : 'hub',
    name: { en: 'The hub in front' },
    profile,
    redirectUris: records.map((record) => `${pair.here.hubUrl}/login/callback/${nameOf(profile, record)}`),
    authentication:
      profile === 'basic'
        ? { method: 'client_secret_basic', secretFile: 'secret' }
        : { method: 'private_key_jwt', jwks: { keys } },
    grants: ['authorization_code'],
    scopes: [
      'openid',
      'profile',
      ...(profile === 'helseid'
        ? ['identity/pid', 'identity/security_level', 'identity/assurance_level', 'hpr/hpr_number'].map(
            (scope) => `helseid://scopes/${scope}`,
          )
        : []),
    ],
    minimumAssurance: 'low',
  });

  async function source(level: Assurance, logIn: (browser: HttpBrowser, portal: string) => Promise<void>) {
    const { there } = pair;
    const browser = new HttpBrowser(there.rootPem);
    await logIn(browser, `${there.hubUrl}/portal`);
    const page = await browser.go(`${there.hubUrl}/portal`);
    assert.match(page.body, /Where you are logged in/);
    sources.set(level, new Map(browser.cookies.get(new URL(there.hubUrl).host)));
  }

  /** Logs in to an application here by a browser that has a session of this level there. */
  async function outcome(provider: string, level: Assurance, required: Assurance): Promise<Outcome> {
    const { here, there } = pair;
    const client = new ApplicationClient({
      ...demoApplication(here),
      clientId: `app-${provider}-${required}`,
      scope: 'openid',
    });
    const browser = new HttpBrowser(`${here.rootPem}\n${there.rootPem}`);
    browser.cookies.set(new URL(there.hubUrl).host, new Map(sources.get(level)));
    const login = await client.push();
    const atApplication = ({ origin }: URL) => origin === here.ehrUrl;
    const first = await browser.go(login.url, atApplication);
    const away = /href="([^"]*\/leave\?provider=[^"]*)"/.exec(first.body)?.[1];
    const end = away === undefined ? first : await browser.go(new URL(away, first.url), atApplication);
    if (end.url.origin === here.ehrUrl) {
      const error = end.url.searchParams.get('error');
      if (error === 'unmet_authentication_requirements') return 'unmet';
      assert.equal(error, null, end.url.href);
      const { idClaims } = await client.complete(end.url, login);
      const found = assuranceLevels.find((each) => acr(each) === idClaims.acr);
      assert.ok(found, String(idClaims.acr));
      return found;
    }
    if (end.url.origin === there.hubUrl) {
      assert.match(end.body, /name="_provider" value="smartcard"|Read the card/, end.body);
      return 'step-up there';
    }
    assert.match(end.body, /A stronger login is needed/, end.body);
    return 'refused here';
  }

  for (const profile of profiles) {
    for (const record of records) {
      test(`${profile}, ${record}: every level there against every level required here`, async () => {
        const found: Record<string, Outcome[]> = {};
        for (const level of assuranceLevels) {
          found[level] = [];
          for (const required of assuranceLevels)
            found[level].push(await outcome(nameOf(profile, record), level, required));
        }
        assert.deepEqual(found, expected[record]);
      });
    }
  }
});

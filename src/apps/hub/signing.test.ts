// Which keys an issuer signs with: its own and nobody else's, one for each algorithm that its tickets need.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { samlApplication } from '../../../test/fakes/saml-hub.ts';
import { api, application, clientsAlone, morning, snapshot } from '../../../test/fakes/ward.ts';
import { dayMs } from '../../base/clock.ts';
import { generateSigningKey, publishedJwk, readJwks, signCompact } from '../../base/jose/index.ts';
import { type CatalogueSnapshot, dueWarnings } from '../../core/catalogue/index.ts';
import { samlIssuerKeyOwner } from '../../core/issuing/index.ts';
import { readAccessToken } from '../../edge/frontends/oidc/access-token.ts';
import type { ScheduledKey, signingKeyStore } from '../../edge/store/hub/signing-keys.ts';
import { liveKeys } from './signing.ts';

const link = samlApplication('link', { issuer: 'one' });

const [first, second] = ['https://hub.example/one', 'https://hub.example/two'] as const;

function catalogueOf(change: Partial<CatalogueSnapshot> = {}): CatalogueSnapshot {
  const issuers = [first, second].map((url, index) => ({ id: ['one', 'two'][index] ?? '', url, brand: 'hub' }));
  return snapshot({
    issuers: new Map(issuers.map((each) => [each.id, each])),
    ...clientsAlone(
      new Map([
        ['ehr', application('ehr', { issuer: 'one' })],
        ['epj', application('epj', { issuer: 'two', profile: 'helseid', idTokenAlgorithm: undefined, apis: ['lab'] })],
      ]),
    ),
    apis: new Map([['lab', api('lab')]]),
    ...change,
  });
}

/** Keys kept in memory, made small. */
async function keysFor(catalogue: CatalogueSnapshot, clock = () => morning) {
  const kept: (ScheduledKey & { algorithm: ScheduledKey['key']['alg'] })[] = [];
  const store: ReturnType<typeof signingKeyStore> = {
    all: async () => kept,
    decrypting: async () => [],
    ensure: async (wanted) =>
      wanted(kept).map((use) => {
        const { key } = generateSigningKey(use.algorithm, { modulusBits: 2048 });
        kept.push({ ...use, key });
        return { kid: key.kid, issuer: use.issuer, algorithm: use.algorithm };
      }),
  };
  const keys = liveKeys(store, () => catalogue, clock);
  await keys.refresh();
  return keys;
}

describe('issuers of one hub', () => {
  test('have keys of their own: no key of one is published by another', async () => {
    const keys = await keysFor(catalogueOf());
    const kids = [keys.published('one'), keys.published('two')].map((list) => list.map(({ kid }) => kid));
    assert.ok(kids[0]?.length && kids[1]?.length);
    assert.deepEqual(
      kids[0].filter((kid) => kids[1]?.includes(kid)),
      [],
    );
    assert.ok(kids[0].includes(keys.signing('one', 'ES256').kid));
    assert.ok(kids[1].includes(keys.signing('two', 'ES256').kid));
  });

  test('so that a ticket which says it is of the other does not verify there', async () => {
    const keys = await keysFor(catalogueOf());
    const claims = { sub: 'anna', aud: 'https://lab.example', client_id: 'epj', jti: 'j', exp: morning / 1000 + 60 };
    const failedAt = (issuer: string, by: string) => {
      const set = readJwks({ keys: keys.published('one') });
      assert.ok(set.ok);
      const token = signCompact(
        { typ: 'at+jwt' },
        JSON.stringify({ ...claims, iss: issuer }),
        keys.signing(by, 'ES256'),
      );
      const reading = readAccessToken(token, { issuer: first, keys: set.keys, now: morning, catalogue: catalogueOf() });
      return reading.ok ? undefined : reading.failed;
    };
    assert.equal(failedAt(first, 'one'), undefined);
    assert.equal(failedAt(second, 'two'), 'issuer');
    assert.equal(failedAt(first, 'two'), 'signature');
  });
});

describe('the algorithms of an issuer', () => {
  const algorithms = async (change: Partial<CatalogueSnapshot>) =>
    (await keysFor(catalogueOf(change))).published('two').map(({ alg }) => alg);

  test('are those of its applications’ profiles, and ES256', async () => {
    assert.deepEqual(await algorithms({}), ['ES256', 'RS256']);
    assert.deepEqual(await algorithms(clientsAlone(new Map())), ['ES256']);
  });

  test('and what the APIs of its applications verify', async () => {
    const apis = new Map([['lab', api('lab', { accessTokenAlgorithm: 'PS256' })]]);
    assert.deepEqual(await algorithms({ apis }), ['ES256', 'RS256', 'PS256']);
  });

  test('each is published as what it is', async () => {
    const keys = await keysFor(catalogueOf());
    assert.deepEqual(publishedJwk(keys.signing('two', 'RS256')).alg, 'RS256');
    assert.throws(() => keys.signing('one', 'RS256'), /unavailable/);
  });
});

describe('keys that partners have by our metadata', () => {
  const owner = samlIssuerKeyOwner('one');
  const withSaml = catalogueOf({ samlApplications: new Map([[link.id, link]]) });
  const keyOf = (der: Buffer) => publicKeyText(new X509Certificate(der).publicKey.export({ format: 'jwk' }));
  const publicKeyText = (jwk: object) => ('n' in jwk ? jwk.n : undefined);

  test('change by themselves, with an overlap: what signs has stood in it for 29 days, and stays for a day after', async () => {
    let day = 0;
    const keys = await keysFor(withSaml, () => morning + day * dayMs);
    const listed: (readonly unknown[])[] = [];
    const signed: unknown[] = [];
    for (; day < 800; day += 1) {
      await keys.refresh();
      listed.push(keys.certificates(owner).map(keyOf));
      signed.push(publicKeyText(keys.signing(owner, 'RS256').publicJwk));
      assert.equal(listed[day]?.[0], signed[day], 'what signs is first');
      if (day >= 29) assert.ok(listed[day - 29]?.includes(signed[day]), `day ${day}: a new key signs too early`);
      if (day > 0) assert.ok(listed[day]?.includes(signed[day - 1]), `day ${day}: a key left too early`);
    }
    assert.equal(new Set(signed).size, 3);
  });

  test('are warned of when no successor comes', async () => {
    let day = 0;
    const keys = await keysFor(withSaml, () => morning + day * dayMs);
    const due = () => dueWarnings(keys.expiring(), morning + day * dayMs).filter(({ of }) => of.name.includes(owner));
    for (const [at, warned] of [
      [0, 0],
      [330, 0],
      [336, 1],
      [360, 1],
    ] as const) {
      day = at;
      assert.equal(due().length, warned, `day ${at}`);
    }
    await keys.refresh();
    assert.deepEqual(due(), []);
  });
});

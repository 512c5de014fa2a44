// Municipalities that nobody wrote a record for: found on the page of choice, logged in at, and only while they are members.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type EntityDescriptor, entityAttributeNames } from '../../src/base/saml/index.ts';
import { parse as readDoc } from '../../src/base/schema/index.ts';
import { catalogueSchemas } from '../../src/core/catalogue/index.ts';
import { memberId } from '../../src/core/metadata/index.ts';
import { FederationFake, idpEntity } from '../fakes/metadata-federation.ts';
import { type Answer, SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';
import { bring, ownMetadata } from './saml-visits.ts';

const page = readFileSync(new URL('../../docs/operations/federation-metadata.md', import.meta.url), 'utf8');

const names = ['lund', 'malmo', 'ystad', 'kivik', 'eslov', 'hoor', 'horby', 'skurup', 'sjobo', 'tomelilla'];
const scope = (value: string) => [{ value, regexp: false }];
const loa = (level: number) => `http://id.sambi.se/loa/loa${level}`;

test('the records on the operators’ page are records', () => {
  const [, yaml = ''] = /## Records that go by it\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { providers, samlApplications, federations } = parse(yaml) as Record<string, unknown[]>;
  const read = [
    ...(providers ?? []).map((doc) => readDoc(catalogueSchemas.provider, doc)),
    ...(samlApplications ?? []).map((doc) => readDoc(catalogueSchemas.samlApplication, doc)),
    ...(federations ?? []).map((doc) => readDoc(catalogueSchemas.federation, doc)),
  ];
  assert.deepEqual(
    read.map((one) => (one.ok ? 'ok' : JSON.stringify(one.problems))),
    ['ok', 'ok', 'ok', 'ok'],
  );
});

describe('the providers of a federation by one record', () => {
  let hub: RunningHub;
  const federation = new FederationFake('sambi');
  const there = new Map([...names, 'elsewhere'].map((name) => [name, new SamlFake(name)]));
  const of = (name: string): SamlFake => there.get(name) ?? new SamlFake(name);
  const idOf = (name: string): string => memberId('municipalities', of(name).entityId);

  const entity = (name: string, more: Partial<EntityDescriptor> = {}) =>
    idpEntity(of(name), { signing: [name] }, { scopes: scope(`${name}.example`) }, more);
  const certified = (...values: string[]): Partial<EntityDescriptor> => ({
    entityAttributes: [{ name: entityAttributeNames.assuranceCertification, values }],
  });
  const publish = (lund: Partial<EntityDescriptor> = {}) =>
    federation.publish(
      hub,
      [...there.keys()].map((name) => entity(name, name === 'lund' ? lund : {})),
    );
  const agree = (ended: readonly string[] = []) =>
    applyItems(hub, {
      federations: [
        {
          id: 'sambi',
          name: { en: 'Sambi' },
          members: names.map((organisation) => ({
            organisation,
            scopes: [`${organisation}.example`],
            ...(ended.includes(organisation) ? { until: '2026-01-01' } : {}),
          })),
        },
      ],
    });
  /** Members are found anew every five seconds. */
  const found = () => sleep(6000);

  before(async () => {
    hub = await startHub();
    await applyItems(hub, {
      organisations: names.map((id) => ({ id, name: id })),
      federations: [{ id: 'sambi', name: { en: 'Sambi' } }],
      metadataSources: [federation.source({ federation: 'sambi' })],
      providers: [
        {
          id: 'municipalities',
          connector: 'saml',
          name: { en: 'A municipality' },
          maximumAssurance: 'high',
          samlMembers: { source: 'sambi', preset: 'sambi' },
        },
      ],
      people: [
        {
          id: 'anna-lund',
          givenName: 'Anna',
          familyName: 'Lund',
          identities: [{ namespace: `saml:${idOf('lund')}`, value: 'anna' }],
          assignments: [{ id: 'anna-at-lund', organisation: 'lund', role: 'nurse' }],
        },
      ],
    });
    await agree();
    await publish();
    const metadata = await ownMetadata(hub);
    for (const one of there.values()) await one.trust(metadata);
    await found();
  });
  after(() => hub?.remove());

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;
  let known: ApplicationClient | undefined;
  const client = () => {
    known ??= new ApplicationClient(demoApplication(hub));
    return known;
  };

  /** The page of choice after a search. */
  async function search(text: string) {
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client().push();
    const page = await browser.go(login.url, atApplication);
    const url = new URL(page.url);
    url.search = new URLSearchParams({ q: text }).toString();
    return { browser, login, page: await browser.go(url, atApplication) };
  }

  const wayTo = (page: HttpAnswer, name: string): string | undefined =>
    new RegExp(`href="([^"]*/leave\\?provider=${idOf(name).replace('.', '\\.')})"`).exec(page.body)?.[1];

  async function logIn(name: string, said: Answer = {}) {
    const { browser, login, page } = await search(name);
    const way = wayTo(page, name);
    assert.ok(way, page.body);
    const away = await browser.go(new URL(way, page.url), (url) => url.origin === of(name).url);
    if (away.url.origin !== of(name).url) return { end: away, login };
    const answer = of(name).answer(await of(name).asked(away.url.href), { classRef: loa(3), ...said });
    return { end: await bring(browser, of(name), answer.action, answer.fields, atApplication), login };
  }

  test('each is found by its name or domain; one that is no member’s is not there', async () => {
    const { page } = await search('Municipality lu');
    assert.ok(wayTo(page, 'lund'), page.body);
    assert.equal(wayTo(page, 'malmo'), undefined);
    assert.ok(wayTo((await search('malmo.example')).page, 'malmo'));
    const all = (await search('')).page;
    assert.equal(
      names.every((name) => wayTo(all, name) !== undefined),
      true,
    );
    assert.equal(wayTo(all, 'elsewhere'), undefined);
    assert.doesNotMatch(all.body, /A municipality/);
  });

  test('a login at one of them is a login of that member’s own people', async () => {
    const { end, login } = await logIn('lund');
    const { idClaims } = await client().complete(end.url, login);
    assert.deepEqual([idClaims.sub, idClaims.acr], ['anna-lund', 'urn:tillit:loa:substantial']);
    const stranger = await logIn('malmo');
    assert.ok(!stranger.end.url.searchParams.has('code'), 'Anna of Malmö is nobody that is known here');
    const other = await logIn('lund', { attributes: { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': 'anna@malmo.example' } });
    assert.match(other.end.body, /The answer was about another organisation/);
  });

  test('the level is never above what its federation certified it for', async () => {
    await publish(certified(loa(2)));
    const { end, login } = await logIn('lund');
    const { idClaims } = await client().complete(end.url, login);
    assert.equal(idClaims.acr, 'urn:tillit:loa:low');
    await publish();
    await found();
  });

  test('a new member’s provider is there within seconds; a membership that ends, ends its logins at once', async () => {
    const at = new HttpBrowser(hub.rootPem);
    const login = await client().push();
    const page = await at.go(`${(await at.go(login.url, atApplication)).url.href}?q=lund`, atApplication);
    const way = wayTo(page, 'lund') ?? '';
    await agree(['lund']);
    const gone = await at.go(new URL(way, page.url), (url) => url.origin === of('lund').url);
    assert.notEqual(gone.url.origin, of('lund').url, 'a page of before does not lead there');
    assert.equal(wayTo((await search('lund')).page, 'lund'), undefined);
    await agree();
    await found();
    const again = await logIn('lund');
    assert.equal((await client().complete(again.end.url, again.login)).idClaims.sub, 'anna-lund');
  });

  test('operators see who is a provider here, by which id, and why others are not', async () => {
    const { code, output } = await tillitCommand(hub, 'metadata', 'members', 'municipalities');
    assert.equal(code, 0, output);
    assert.match(output, new RegExp(`${idOf('lund')} {2}lund {2}high {2}https://lund\\.example/metadata`));
    assert.match(output, /not offered: https:\/\/elsewhere\.example\/metadata: one of its scopes is no member/);
  });
});

// K5, K3, K10, K11: whom HSA vouches for is a person here at the first login, by card and by SAML; and is one as long as HSA says so.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameIdFormats } from '../../src/base/saml/index.ts';
import { toPem } from '../../src/base/x509/index.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import { commissionReleasable } from '../../src/core/catalogue/index.ts';
import type { ReasonCode } from '../../src/wire/codes/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { logicalAddress, type Platform, startPlatform } from '../fakes/hsa/platform.ts';
import { care, hsaId, register } from '../fakes/hsa-town.ts';
import { ListHost } from '../fakes/list-host.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { type SithsCards, sithsCards } from '../fakes/siths-cards.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ask,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';
import { assertionOn, logInAt, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

describe('people whom HSA vouches for', () => {
  let hub: RunningHub;
  let platform: Platform;
  let siths: SithsCards;
  const host = new ListHost();
  const kommun = new SamlFake('kommun');
  const rule = (more: object = {}) => ({
    id: 'hsa-people',
    name: { en: 'People of the municipalities' },
    populations: ['siths'],
    providers: ['kommun'],
    source: 'hsa',
    organisations: ['town'],
    minimumAssurance: 'substantial',
    roles: [
      { purpose: care, role: 'care' },
      { purpose: 'Statistik', role: 'statistics' },
    ],
    freshSeconds: 3,
    syncSeconds: 1,
    ...more,
  });
  const application = (id: string, more: object = {}) =>
    samlApplicationItem(id, {
      unsolicited: true,
      requireAssignment: true,
      attributes: ['personId', 'role', 'hsaId', ...commissionReleasable].map((from) => ({
        name: from,
        nameFormat: 'basic',
        from,
      })),
      ...more,
    });

  before(async () => {
    await loadXml();
    const base = await host.start();
    platform = await startPlatform(register());
    hub = await startHub();
    siths = sithsCards(host, base);
    writeFileSync(join(hub.dataFolder, 'hsa.key'), platform.client.key, { mode: 0o600 });
    await applyItems(hub, {
      settings: { demo: true },
      organisations: [
        { id: 'town', name: 'Smalltown', number: '2120000142' },
        { id: 'elsewhere', name: 'Elsewhere', number: '2120000175' },
      ],
      federations: [
        { id: 'care', name: { en: 'Care' }, members: [{ organisation: 'town' }] },
        { id: 'others', name: { en: 'Others' }, members: [{ organisation: 'elsewhere' }] },
      ],
      populations: [{ id: 'siths', ...siths.population }],
      providers: [
        {
          id: 'siths-card',
          connector: 'smartcard',
          name: { en: 'SITHS' },
          maximumAssurance: 'high',
          populations: ['siths'],
        },
        samlItem(kommun, { namespaces: ['hsa-id', 'se-personnummer'], testNumbers: true }),
      ],
      personSources: [
        {
          id: 'hsa',
          name: { en: 'HSA' },
          kind: 'hsaSoap',
          addresses: [platform.url],
          logicalAddress,
          client: { certificate: platform.client.cert, keyFile: 'hsa.key' },
          tlsAuthorities: [platform.root],
        },
      ],
      enrolmentRules: [rule()],
      samlApplications: [
        application('strict'),
        application('kept', { sourceOutage: { keepHours: 1 } }),
        application('care', { federation: 'care' }),
        application('others', { federation: 'others' }),
        application('cosmic', { preset: 'netscaler' }),
      ],
      accountTargets: [{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' }],
      accountRules: [
        {
          id: 'cosmic',
          name: { en: 'Cosmic' },
          target: 'region',
          applications: ['cosmic'],
          roles: ['care'],
          container: 'OU=Care,DC=region,DC=example',
        },
      ],
    });
    await kommun.trust(await ownMetadata(hub));
  });
  afterEach(() => {
    platform.behave = undefined;
  });
  after(async () => {
    await hub?.remove();
    await platform?.stop();
    await host.stop();
  });

  /** Opens an application and shows the card; answers the page that comes then. */
  async function withCard(
    application: string,
    name: string,
    browser = new HttpBrowser(hub.rootPem),
  ): Promise<HttpAnswer> {
    const start = await browser.go(`${hub.hubUrl}/saml/init/${application}?provider=siths-card`);
    if (isIn(start)) return start;
    const card = siths.cardOf(name);
    // Not by the name of the demo's own cards.
    const link = /href="(\/login\/[^"]+\/card)"/.exec(start.body)?.[1];
    // A session that will not do is told so.
    if (link === undefined) return start;
    const away = await browser.request(new URL(link, start.url));
    const url = new URL(away.headers.location ?? '', away.url);
    const shown = await ask(url, {
      root: hub.rootPem,
      timeoutMs: 30_000,
      card: {
        cert: [card, siths.issuing].map(({ certificate }) => toPem(certificate.der)).join(''),
        key: card.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
    });
    return await patient(browser, await browser.go(shown.headers.location ?? ''));
  }
  async function patient(browser: HttpBrowser, page: HttpAnswer): Promise<HttpAnswer> {
    let now = page;
    for (let tries = 0; tries < 60 && /<progress/.test(now.body); tries += 1) {
      await sleep(500);
      now = await browser.go(now.url.href);
    }
    return now;
  }
  async function bySaml(application: string, attributes: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    const browser = new HttpBrowser(hub.rootPem);
    const start = await browser.go(`${hub.hubUrl}/saml/init/${application}?provider=kommun`);
    return await logInAt(kommun, browser, start, {
      nameId: { format: nameIdFormats.persistent, value: JSON.stringify(attributes) },
      attributes,
    });
  }
  const isIn = (page: HttpAnswer): boolean => formsOf(page)[0]?.fields['SAMLResponse'] !== undefined;
  const saysOf = (page: HttpAnswer) => {
    const xml = assertionOn(page);
    return (name: string) =>
      new RegExp(`Name="${name}"[^>]*>(.*?)</[^>]*Attribute>`, 's')
        .exec(xml)?.[1]
        ?.replace(/<[^>]+>/g, '')
        .trim();
  };
  function refuses(page: HttpAnswer, reason: ReasonCode): void {
    assert.ok(!isIn(page) && page.body.includes(text('en', `reason.${reason}.title`)), `not ${reason}: ${page.body}`);
  }
  const trail = async (...words: readonly string[]): Promise<string> =>
    (await tillitCommand(hub, 'audit', 'find', ...words)).output;
  const sameEvent = async (kind: string, word: string) => {
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', kind, '--json');
    return output.split('\n').filter((line) => line.startsWith('{') && line.includes(word));
  };
  async function until(what: string, is: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 120; tries += 1) {
      if (await is()) return;
      await sleep(250);
    }
    assert.fail(`never: ${what}`);
  }

  test('the first login by card makes the person, and the application is told of the commission', async () => {
    const says = saysOf(await withCard('strict', 'NORA'));
    const id = says('personId') ?? '';
    assert.deepEqual(
      ['role', 'hsaId', ...commissionReleasable].map((name) => says(name)),
      [
        'care',
        hsaId('NORA'),
        hsaId('C1'),
        'Hemsjukvård',
        care,
        'Läsa;vår;VE',
        hsaId('U1'),
        'Hemsjukvården',
        hsaId('P'),
        'Småstad',
        says('healthCareProviderOrgNo'),
      ],
    );
    assert.equal(says('healthCareProviderOrgNo')?.replace(/\D/g, ''), '2120000142');
    const seen = await trail('--person', id);
    for (const kind of ['person.enrolled', 'journey.linked', 'journey.finished']) assert.ok(seen.includes(kind), seen);
    const [enrolled = ''] = await sameEvent('person.enrolled', id);
    assert.ok(!enrolled.includes('191212121212') && !enrolled.includes(hsaId('NORA')), enrolled);
  });

  test('by another method with the number the same person comes', async () => {
    const first = saysOf(await withCard('strict', 'NORA'))('personId');
    const page = await bySaml('strict', { 'urn:oid:1.2.752.29.4.13': '191212121212' });
    assert.equal(saysOf(page)('personId'), first);
  });

  test('on the SAML path what is asserted takes the card’s place; a number that is not the source’s is refused', async () => {
    const wrong = { 'urn:oid:1.2.752.29.6.2.1': hsaId('SAM'), 'urn:oid:1.2.752.29.4.13': '198507099805' };
    refuses(await bySaml('strict', wrong), 'source.contradiction');
    const page = await bySaml('strict', { ...wrong, 'urn:oid:1.2.752.29.4.13': '199001012385' });
    assert.equal(saysOf(page)('commissionPurpose'), care);
    assert.equal((await sameEvent('person.notTakenIn', 'confirm.number')).length, 1);
  });

  test('with two commissions the person chooses, by purpose and unit', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const page = await withCard('strict', 'TWO', browser);
    for (const words of ['Hemsjukvården', care, 'Statistik']) assert.ok(page.body.includes(words), page.body);
    const form = formsOf(page).find(({ buttons }) => buttons.some(({ name }) => name === '_assignment'));
    assert.ok(form, page.body);
    const value = /value="([^"]+)"><span><b>Smalltown<\/b><span>Statistik/.exec(page.body)?.[1];
    const says = saysOf(await browser.submit(page, form, { _assignment: value ?? '' }));
    assert.deepEqual(
      [says('role'), says('commissionHsaId'), says('healthCareUnitHsaId')],
      ['statistics', hsaId('C2'), undefined],
    );
  });

  test('the commission that was chosen at the provider is not asked for again, when HSA gives it; any other is', async () => {
    const sambi = 'http://sambi.se/attributes/1/commissionHsaId';
    const withCommission = (id: string) => bySaml('strict', { 'urn:oid:1.2.752.29.6.2.1': hsaId('TWO'), [sambi]: id });
    for (const [id, role] of [
      [hsaId('C2').toLowerCase(), 'statistics'],
      [hsaId('C1'), 'care'],
    ] as const) {
      const says = saysOf(await withCommission(id));
      assert.deepEqual([says('role'), says('commissionHsaId')], [role, id.toUpperCase()]);
    }
    for (const id of ['SE2120000175-C', hsaId('NONE'), 'no HSA-ID'])
      assert.match((await withCommission(id)).body, /name="_assignment"/, id);
    // Of one who has another's word for it nothing is believed: NORA is no member of C2.
    const nora = await bySaml('strict', { 'urn:oid:1.2.752.29.6.2.1': hsaId('NORA'), [sambi]: hsaId('C2') });
    assert.equal(saysOf(nora)('commissionHsaId'), hsaId('C1'));
  });

  test('membership goes by the chosen commission’s organisation', async () => {
    assert.equal(saysOf(await withCard('care', 'NORA'))('role'), 'care');
    const page = await withCard('others', 'NORA');
    assert.ok(!isIn(page), page.body);
  });

  const refusals: readonly (readonly [string, string, ReasonCode])[] = [
    ['whom HSA does not have', 'NOBODY', 'source.notFound'],
    ['who was made for tests', 'FAKE', 'source.notFound'],
    ['who has no commission', 'IDLE', 'source.noCommission'],
    ['whose employer is no member', 'AWAY', 'source.noCommission'],
  ];
  for (const [who, name, reason] of refusals)
    test(`somebody ${who} is refused with words for it, and nobody is made`, async () => {
      refuses(await withCard('strict', name), reason);
      assert.deepEqual(await sameEvent('person.enrolled', name), []);
    });

  test('HSA that does not answer lets nobody new in: at once when it is down, within two seconds when it is silent', async () => {
    platform.behave = (_, response) => {
      platform.reply(response, 503, 'away');
      return true;
    };
    refuses(await withCard('strict', 'SLOW'), 'source.unavailable');
    platform.behave = () => true;
    refuses(await withCard('strict', 'SLOW'), 'source.unavailable');
    platform.behave = undefined;
    assert.equal(saysOf(await withCard('strict', 'SLOW'))('role'), 'care');
  });

  test('how long the register takes, how look-ups end and how old its oldest word is stand in the metrics', async () => {
    const { body } = await ask(new URL(`${hub.hubUrl}/metrics`), { root: hub.rootPem });
    for (const line of [
      /^tillit_source_seconds_count\{source="hsa",outcome="found"\} [1-9]/m,
      /^tillit_source_seconds_count\{source="hsa",outcome="unknown"\} [1-9]/m,
      /^tillit_source_seconds_count\{source="hsa",outcome="unavailable"\} [1-9]/m,
      /^tillit_source_people\{source="hsa"\} [1-9]/m,
      /^tillit_source_oldest_word_seconds\{source="hsa"\} \d/m,
    ])
      assert.match(body, line);
  });

  test('two first logins at the same moment make one person', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => saysOf(await withCard('strict', 'RACE'))('personId')));
    assert.equal(new Set(ids).size, 1);
    assert.equal((await sameEvent('person.enrolled', String(ids[0]))).length, 1);
  });

  test('somebody with protected identity is masked in what is exported (K11)', async () => {
    const id = saysOf(await withCard('strict', 'HIDE'))('personId') ?? '';
    const { output } = await tillitCommand(hub, 'export', '--section', 'people');
    assert.ok(!output.includes('Hemlig') && output.includes(id), output);
  });

  test('while HSA is down an application goes on with what it said as long as its record lets it, and the trail says how old', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const id = saysOf(await withCard('kept', 'KEPT', browser))('personId') ?? '';
    platform.behave = (_, response) => {
      platform.reply(response, 503, 'away');
      return true;
    };
    await until('too old', async () => !isIn(await withCard('strict', 'KEPT', browser)));
    refuses(await withCard('strict', 'KEPT', browser), 'policy.sourceSilent');
    assert.equal(saysOf(await withCard('kept', 'KEPT', browser))('personId'), id);
    const events = await sameEvent('journey.finished', id);
    assert.ok(
      events.some((line) => /"oldData":\{"minutes":\d+,"source":"hsa"\}/.test(line)),
      `of ${events.length} logins none was told to go by old data`,
    );
    platform.behave = undefined;
    await until('fresh again', async () => isIn(await withCard('strict', 'KEPT', browser)));
  });

  test('a commission that ends in HSA closes the account and the session within a sync', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const page = await withCard('cosmic', 'GOES', browser);
    assert.match(assertionOn(page), /@region\.example</);
    // The newest comes first.
    const [enrolled = '{}'] = await sameEvent('person.enrolled', 'hsa-people');
    const { person: id } = (JSON.parse(enrolled) as { event: { person: string } }).event;
    platform.register = register({ C1: ['GOES'] });
    await until('the end', async () => (await sameEvent('person.commissionsEnded', id)).length === 1);
    await until('the account closed', async () =>
      (await tillitCommand(hub, 'target', 'accounts', '--person', id, '--json')).output.includes('"state":"closed"'),
    );
    await until('the session ended', async () =>
      (await sameEvent('session.ended', id)).some((line) => line.includes('assignmentEnded')),
    );
    refuses(await withCard('strict', 'GOES'), 'policy.sourceGone');
    // Back with the commission, as the same person.
    platform.register = register();
    await until('back', async () => {
      const again = await withCard('strict', 'GOES');
      return isIn(again) && saysOf(again)('personId') === id;
    });
    assert.deepEqual(platform.faults, []);
  });
});

// One contract for registers of people, whether HSA is asked over SOAP or its tree is read over LDAPS: the same people, the same answers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import type { PersonSource, SourcePerson } from '../../src/core/directory/index.ts';
import { boundedRequest, keptConnections } from '../../src/edge/outgoing/http/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { hsaLdap } from '../../src/edge/sources/hsa-ldap/index.ts';
import { hsaSoap } from '../../src/edge/sources/hsa-soap/index.ts';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { register } from '../fakes/hsa/people.ts';
import { logicalAddress, startPlatform } from '../fakes/hsa/platform.ts';
import { treeLdif, treeSchema } from '../fakes/hsa/tree.ts';
import { slapdMissing, startSlapd } from '../support/slapd.ts';

interface Form {
  readonly open: (given: {
    allowFeigned: boolean;
    testIdentifiers: boolean;
    employeeVersion?: '3' | '4';
  }) => PersonSource;
  /** A source that is asked with what it does not take, or that is not who it should be. */
  readonly wrong: Readonly<Record<string, () => PersonSource>>;
  readonly stop: () => Promise<void>;
}

const clock = () => Date.parse('2026-06-01T12:00:00Z');
const limits = { searchBase: 'c=SE', answerWithinMs: 2000, allowFeigned: false, testIdentifiers: false };
/** Nobody's authority, and what it vouches for. */
const stranger = certificate('Stranger', newKey(), undefined);

async function overSoap(): Promise<Form> {
  await loadXml();
  const platform = await startPlatform(register);
  const opened: { destroy: () => void }[] = [];
  const source = (
    client: { cert: string; key: string } | undefined,
    authority: string,
    given: Partial<typeof limits> & { employeeVersion?: '3' | '4' } = {},
  ): PersonSource => {
    const connections = keptConnections({ authorities: [authority], client, atMost: 4 });
    opened.push(connections);
    return hsaSoap(
      { addresses: [platform.url], logicalAddress, employeeVersion: '4', ...limits, ...given },
      async (url, { soapAction, ...message }) => {
        const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: soapAction };
        const answer = await boundedRequest(url, { method: 'POST', headers, connections, ...message });
        return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body: answer.body };
      },
      clock,
    );
  };
  const other = certificate('hub', newKey(), stranger);
  return {
    open: (given) => source(platform.client, platform.root, given),
    wrong: {
      'a server that nobody whom we trust vouches for': () => source(platform.client, stranger.pem),
      'no certificate of ours': () => source(undefined, platform.root),
      'a certificate of ours that it does not take': () =>
        source({ cert: other.pem, key: pem(other.key) }, platform.root),
    },
    async stop() {
      for (const connections of opened) connections.destroy();
      await platform.stop();
      assert.deepEqual(platform.faults, [], 'the platform of the test keeps to the contract');
    },
  };
}

async function overLdap(): Promise<Form> {
  const root = certificate('Test directory', newKey(), undefined);
  const own = certificate('localhost', newKey(), root, ['localhost']);
  const slapd = await startSlapd({
    schema: treeSchema,
    suffix: 'c=SE',
    ldif: treeLdif(register, 'a word for the hub'),
    reader: 'cn=hub,c=SE',
    tls: { cert: own.pem, key: pem(own.key) },
  });
  const opened: { close: () => Promise<void> }[] = [];
  const source = (password: string, anchor: string, url: string, given: Partial<typeof limits> = {}): PersonSource => {
    const made = hsaLdap(
      {
        ...limits,
        ...given,
        addresses: [url],
        bindName: 'cn=hub,c=SE',
        password: new Secret(password),
        connect: (to, bounds, watch) =>
          ldapsClients({ anchors: [anchor], limits: { ...usualLdapsLimits, ...bounds } })(to, watch),
      },
      clock,
    );
    opened.push(made);
    return made;
  };
  const right = 'a word for the hub';
  return {
    open: (given) => source(right, root.pem, slapd.url, given),
    wrong: {
      'a server that nobody whom we trust vouches for': () => source(right, stranger.pem, slapd.url),
      'a server with another name than the address': () =>
        source(right, root.pem, slapd.url.replace('localhost', '127.0.0.1')),
      'a password that it does not take': () => source('another word', root.pem, slapd.url),
      'a base that is not there': () => source(right, root.pem, slapd.url, { searchBase: 'c=NO' }),
    },
    async stop() {
      for (const one of opened) await one.close();
      await slapd.stop();
    },
  };
}

const real = { allowFeigned: false, testIdentifiers: false };
const hsa = (value: string) => ({ namespace: 'hsa-id', value });
const number = (value: string) => ({ namespace: 'se-personnummer', value });
const care = 'Vård och behandling';
const region = { id: 'SE2321000156-1000', name: 'Regionen', organisationNumber: '2321000156' };

/** Records in one order, without what is undefined. */
const plain = (records: readonly SourcePerson[]) =>
  (JSON.parse(JSON.stringify(records)) as SourcePerson[])
    .map((record) => ({
      ...record,
      commissions: record.commissions.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      attributes: Object.fromEntries(
        Object.entries(record.attributes)
          .map(([name, values]) => [name, values.toSorted()] as const)
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
    }))
    .toSorted((one, other) => (one.key.value < other.key.value ? -1 : 1));

const both: readonly (readonly [name: string, start: () => Promise<Form>, skip: string | undefined])[] = [
  ['SOAP', overSoap, undefined],
  ['LDAPS', overLdap, slapdMissing()],
];

for (const [name, start, skip] of both)
  describe(`HSA over ${name}`, { skip: skip ?? false }, () => {
    let form: Form;
    let source: PersonSource;
    before(async () => {
      form = await start();
      source = form.open(real);
    });
    after(() => form?.stop());

    test('one employment, with all that is told of it', async () => {
      const flags = { feigned: false, archived: false };
      assert.deepEqual(plain(await source.find(hsa('se2321000156-1077'))), [
        {
          key: hsa('SE2321000156-1077'),
          identifiers: [number('195711092642')],
          givenName: 'Anna',
          familyName: 'von Bergström & Öst',
          title: 'Överläkare',
          protectedIdentity: false,
          feigned: false,
          from: Date.parse('2019-08-01T00:00:00Z'),
          commissions: [
            {
              id: 'SE2321000156-M1',
              name: 'Vård på medicin',
              purpose: care,
              rights: [
                { activity: 'Läsa', informationClass: 'vår', scope: 'VE' },
                { activity: 'Läsa', informationClass: 'upp', scope: 'SJF' },
              ],
              unit: { id: 'SE2321000156-2000', name: 'Medicin, kirurgi' },
              provider: region,
              ...flags,
            },
            // Directly below a provider: no unit.
            { id: 'SE2321000156-M2', name: 'Statistik', purpose: 'Statistik', rights: [], provider: region, ...flags },
            {
              id: 'SE2321000156-M3',
              name: 'Akut',
              purpose: care,
              rights: [],
              unit: { id: 'SE2321000156-2001', name: 'Akuten' },
              provider: region,
              from: Date.parse('2020-01-01T00:00:00Z'),
              until: Date.parse('2090-01-01T00:00:00Z'),
              ...flags,
            },
            {
              id: 'SE2321000156-M4',
              name: 'Förr',
              purpose: care,
              rights: [],
              unit: { id: 'SE2321000156-2002', name: 'Nedlagda' },
              provider: region,
              until: Date.parse('2021-06-30T22:00:00Z'),
              ...flags,
            },
          ],
          licences: [{ code: 'LK', name: 'Läkare', restrictions: [] }],
          attributes: {
            mail: ['anna@region.example'],
            personalPrescriptionCode: ['3570355'],
            systemRole: ['arkiv;läsare', 'journal;läkare'],
            telephoneNumber: ['+4612345678', '+4612345679'],
          },
        },
      ]);
    });

    test('a national number leads to the records of each employer', async () => {
      const found = plain(await source.find(number('19571109-2642')));
      assert.deepEqual(
        found.map(({ key, commissions }) => [key.value, commissions.map(({ id }) => id)]),
        [
          ['SE2120000142-2B', ['SE2120000142-M1']],
          ['SE2321000156-1077', ['SE2321000156-M1', 'SE2321000156-M2', 'SE2321000156-M3', 'SE2321000156-M4']],
        ],
      );
      const [{ provider, until } = { provider: undefined, until: 0 }] = found[0]?.commissions ?? [];
      assert.deepEqual(provider, { id: 'SE2120000142-1000', name: 'Kommunen', organisationNumber: '2120000142' });
      assert.equal(until, Date.parse('2080-01-01T00:00:00Z'), 'the end of the provider ends the commission');
    });

    test('nobody is nobody, whatever the identifier', async () => {
      assert.deepEqual(await source.find(hsa('SE2321000156-NOBODY')), []);
      assert.deepEqual(await source.find(number('191010101010')), []);
      assert.deepEqual(await source.find({ namespace: 'employee', value: '17' }), []);
      for (const value of ['', '*', 'SE2321000156-1077)(hsaIdentity=*', '<x/>'])
        assert.deepEqual(await source.find(hsa(value)), [], value);
    });

    test('whoever has an HSA-ID that begins like another’s has no commission of theirs', async () => {
      const [bo] = await source.find(hsa('SE2321000156-10771'));
      assert.deepEqual(bo?.commissions.map(({ id }) => id).toSorted(), ['SE2321000156-M1', 'SE2321000156-M9']);
      assert.equal(bo?.until, Date.parse('2085-01-01T00:00:00Z'));
    });

    test('of somebody with protected identity neither title nor address, and what a login needs', async () => {
      const [sven] = await source.find(hsa('SE2120000142-SKYDD'));
      assert.ok(sven?.protectedIdentity);
      assert.equal(sven.title, undefined);
      assert.deepEqual(sven.attributes, { systemRole: ['journal;sjuksköterska'] });
      assert.equal(sven.commissions.length, 1);
      assert.equal(sven.licences[0]?.code, 'SJ');
    });

    test('what was made for tests, or is archived, is there only where the record of the source says so', async () => {
      assert.deepEqual(await source.find(hsa('SE2321000156-FEJK')), []);
      assert.deepEqual(await source.find(hsa('TSTNMT2321000156-1077')), []);
      const open = form.open({ allowFeigned: true, testIdentifiers: true });
      assert.equal((await open.find(hsa('SE2321000156-FEJK')))[0]?.feigned, true);
      assert.equal((await open.find(hsa('tstnmt2321000156-1077')))[0]?.key.value, 'TSTNMT2321000156-1077');
      const [anna] = plain(await open.find(hsa('SE2321000156-1077')));
      assert.deepEqual(
        anna?.commissions.filter(({ feigned, archived }) => feigned || archived).map(({ id }) => id),
        ['SE2321000156-M5', 'SE2321000156-M6', 'SE2321000156-M8'],
      );
    });

    test('many at once over the connections that it keeps', async () => {
      const all = await Promise.all(Array.from({ length: 40 }, () => source.find(hsa('SE2321000156-1077'))));
      for (const found of all) assert.equal(found[0]?.commissions.length, 4);
    });

    test('whoever is not who it should be is away, which is not the same as knowing nobody', async () => {
      for (const [fault, open] of Object.entries(form.wrong))
        await assert.rejects(open().find(hsa('SE2321000156-1077')), (error) => {
          assert.ok(error instanceof Problem && error.kind === 'unavailable', `${fault}: ${error}`);
          assert.ok(!String(error.detail).includes('1077'), 'names nobody');
          return true;
        });
    });

    if (name !== 'SOAP') return;
    test('the same answers by the older GetEmployee', async () => {
      const older = form.open({ ...real, employeeVersion: '3' });
      assert.deepEqual(
        plain(await older.find(number('195711092642'))),
        plain(await source.find(number('195711092642'))),
      );
    });
  });

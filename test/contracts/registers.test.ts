// One contract for the registers, whether files in a folder or a service answers for them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { OrganisationRegister, ProfessionalRegister } from '../../src/core/context/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import {
  loadRegister,
  readRegisterText,
  registerFile,
  registerFiles,
  registerText,
  saveRegisters,
} from '../../src/edge/sources/register-files/index.ts';
import { registerOverHttps } from '../../src/edge/sources/register-https/index.ts';
import { temporaryFolder } from '../support/index.ts';

const text = `
organisations:
  - { key: "200000007", name: FJORD SYKEHUS HF, member: true, terms: ["nhn:tillitsrammeverk"], delegates: ["100000008"] }
  - { key: "200000015", name: FJORD SYKEHUS HF MEDISIN, above: ["200000007"] }
  - { key: "resh:4201", name: Sengepost 3, above: ["200000015", "200000007"], closed: true }
professionals:
  - nationalNumber: "14818510056"
    hprNumber: "9144889"
    authorisations:
      - { profession: LE, from: 2001-05-01, kind: { value: "1", description: Autorisasjon } }
      - { profession: SP, until: "2020-01-31T08:00:00Z" }
`;
const data = (() => {
  const reading = readRegisterText(text);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.data;
})();

interface Registers {
  readonly organisations: OrganisationRegister;
  readonly professionals: ProfessionalRegister;
}

const post = (url: string, body: string) =>
  boundedRequest(url, { method: 'POST', headers: {}, body, timeoutMs: 500, maxBytes: 20_000 });

/** A register service, written from docs/integrate/grounds.md. */
class Service {
  answer: (path: string, question: Record<string, unknown>) => { status?: number; body: unknown } = (
    path,
    question,
  ) => {
    if (path === '/v1/organisations') {
      const keys = question.keys as string[];
      return { body: { organisations: data.organisations?.filter(({ key }) => keys.includes(key)) } };
    }
    const found = data.professionals?.find(
      (each) => each.nationalNumber === question.nationalNumber || each.hprNumber === question.hprNumber,
    );
    return { body: found ? { found: true, professional: found } : { found: false } };
  };
  readonly asked: string[] = [];
  readonly server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.asked.push(request.url ?? '');
    const { status = 200, body } = this.answer(request.url ?? '', JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const folder = temporaryFolder('registers');
const service = new Service();
const made: { files?: Registers; https?: Registers } = {};
before(async () => {
  await saveRegisters(folder.path, data);
  await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
  made.files = registerFiles(folder.path);
  made.https = registerOverHttps(`http://127.0.0.1:${(service.server.address() as AddressInfo).port}/v1`, post);
});
after(() => {
  service.server.close();
  folder.remove();
});

for (const form of ['files', 'https'] as const) {
  describe(`registers: ${form}`, () => {
    const of = (): Registers => made[form] as Registers;

    test('organisations that exist are found, with what is above them', async () => {
      const found = await of().organisations.find(['200000015', 'resh:4201', '200000023']);
      assert.deepEqual([...found.keys()].sort(), ['200000015', 'resh:4201']);
      assert.deepEqual(found.get('resh:4201'), {
        key: 'resh:4201',
        name: 'Sengepost 3',
        above: ['200000015', '200000007'],
        closed: true,
        member: false,
        terms: [],
        delegates: [],
      });
    });

    test('health personnel are found by either number; days begin at 00:00 UTC', async () => {
      const found = await of().professionals.find({ nationalNumber: '14818510056' });
      assert.deepEqual(await of().professionals.find({ hprNumber: '9144889' }), found);
      assert.equal(found?.hprNumber, '9144889');
      assert.deepEqual(
        found?.authorisations.map(({ profession, from, until }) => [profession, from, until]),
        [
          ['LE', Date.UTC(2001, 4, 1), undefined],
          ['SP', undefined, Date.UTC(2020, 0, 31, 8)],
        ],
      );
      assert.equal(await of().professionals.find({ nationalNumber: '03827910081' }), undefined);
      assert.equal(await of().professionals.find({ hprNumber: '14818510056' }), undefined);
    });
  });
}

describe('files', () => {
  const unavailable = { kind: 'unavailable' };

  test('that are not there are empty; a changed one is read again; one with a fault answers nothing', async () => {
    const other = temporaryFolder('registers');
    const faults: string[] = [];
    const { organisations } = registerFiles(other.path, (_file, found) => faults.push(...found));
    assert.equal((await organisations.find(['200000007'])).size, 0);
    await saveRegisters(other.path, data);
    assert.equal((await organisations.find(['200000007'])).size, 1);
    writeFileSync(registerFile(other.path, 'organisations'), 'organisations: [{ key: "20000000", name: x }]');
    await assert.rejects(organisations.find(['200000007']), unavailable);
    assert.match(faults.join(), /organisations\[0\]\.key/);
    rmSync(registerFile(other.path, 'organisations'));
    mkdirSync(registerFile(other.path, 'organisations'));
    await assert.rejects(organisations.find(['200000007']));
    other.remove();
  });

  test('are written so that they read as the same, and each holds its own section', async () => {
    for (const name of ['organisations', 'professionals'] as const) {
      assert.deepEqual(await loadRegister(folder.path, name), { [name]: data[name] });
    }
    assert.deepEqual(readRegisterText(registerText(data)), { ok: true, data });
    assert.equal(readRegisterText(text, 'organisations').ok, false);
  });

  for (const [what, broken] of [
    ['twice', text.replace('"200000015"', '"200000007"')],
    ['a name that is not known', text.replace('member:', 'membr:')],
    ['a section that is not known', `${text}\npeople: []`],
    ['no YAML', 'organisations: ['],
    ['a national number of ten digits', text.replace('"14818510056"', '"1481851005"')],
    ['an alias', 'organisations: [&a {key: "200000007", name: x}, *a]'],
  ] as const) {
    test(`with ${what} are refused, and the words hold no number`, () => {
      const reading = readRegisterText(broken);
      assert.ok(!reading.ok);
      assert.doesNotMatch(reading.faults.join(), /\d{9}/);
    });
  }
});

test('the file of the documentation is right', () => {
  const page = readFileSync(new URL('../../docs/integrate/grounds.md', import.meta.url), 'utf8');
  const [, file = ''] = /```yaml\n(organisations:[\s\S]*?)```/.exec(page) ?? [];
  const reading = readRegisterText(file);
  assert.ok(reading.ok, JSON.stringify(reading));
  assert.equal(reading.data.professionals?.length, 1);
});

describe('a service', () => {
  const right = service.answer;
  const find = () => (made.https as Registers).professionals.find({ nationalNumber: '14818510056' });
  const person = data.professionals?.[0];

  for (const [what, body, status] of [
    ['an error', { found: false }, 500],
    ['a redirect', { found: false }, 302],
    ['no JSON', '<html>', 200],
    ['another form', { professional: person }, 200],
    ['somebody else', { found: true, professional: { ...person, nationalNumber: '03827910081' } }, 200],
    ['too much', { found: false, more: 'x'.repeat(30_000) }, 200],
  ] as const) {
    test(`that answers ${what} does not answer: nobody is let through`, async () => {
      service.answer = () => ({ status, body });
      await assert.rejects(find(), { kind: 'unavailable' });
      service.answer = right;
    });
  }

  test('says nothing of organisations that were not asked for, and hears no number in its address', async () => {
    service.answer = () => ({ body: { organisations: data.organisations } });
    const found = await (made.https as Registers).organisations.find(['200000015']);
    assert.deepEqual([...found.keys()], ['200000015']);
    service.answer = right;
    await find();
    assert.doesNotMatch(service.asked.join(), /\d{6}/);
  });
});

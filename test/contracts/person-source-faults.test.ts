// A platform that does not answer as agreed: each fault is "away", none is "unknown", and none names a person.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, describe, test } from 'node:test';
import { Problem } from '../../src/base/problem.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import type { PersonSource } from '../../src/core/directory/index.ts';
import { boundedRequest, keptConnections } from '../../src/edge/outgoing/http/index.ts';
import { type HsaSoapSettings, hospSoap, hsaSoap, type PostSoap } from '../../src/edge/sources/hsa-soap/index.ts';
import { answerOf } from '../fakes/hsa/answers.ts';
import { namespaces } from '../fakes/hsa/contract.ts';
import { type Register, register } from '../fakes/hsa/people.ts';
import { envelope, logicalAddress, type Platform, soapFault, startPlatform } from '../fakes/hsa/platform.ts';

const asked = { namespace: 'hsa-id', value: 'SE2321000156-1077' };
const number = { namespace: 'se-personnummer', value: '195711092642' };
const credentials = 'GetCredentialsForPersonIncludingProtectedPerson';
const unit = 'GetHealthCareUnit';
let platform: Platform;
let post: PostSoap;
let connections: ReturnType<typeof keptConnections>;

before(async () => {
  await loadXml();
  platform = await startPlatform(register);
  connections = keptConnections({ authorities: [platform.root], client: platform.client, atMost: 4 });
  post = async (url, { soapAction, ...message }) => {
    const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: soapAction };
    const answer = await boundedRequest(url, { method: 'POST', headers, connections, ...message });
    return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body: answer.body };
  };
});
after(async () => {
  connections.destroy();
  await platform.stop();
});
afterEach(() => {
  platform.behave = undefined;
  platform.register = register;
  platform.asked.length = 0;
});

const settings = (given: Partial<HsaSoapSettings> = {}): HsaSoapSettings => ({
  addresses: [platform.url],
  logicalAddress,
  searchBase: 'c=SE',
  employeeVersion: '4',
  answerWithinMs: 2000,
  allowFeigned: false,
  testIdentifiers: false,
  ...given,
});
const open = (given: Partial<HsaSoapSettings> = {}): PersonSource => hsaSoap(settings(given), post, Date.now);

/** Runs out with why, which names nobody. */
async function away(source: PersonSource, why: RegExp, key = asked): Promise<void> {
  await assert.rejects(source.find(key), (error) => {
    assert.ok(error instanceof Problem && error.kind === 'unavailable', String(error));
    assert.match(String(error.detail), why);
    assert.doesNotMatch(String(error.detail), /1077|1957|Anna|Bergstr/);
    return true;
  });
}

/** Answers one interaction with this, the others as ever. */
const answering =
  (interaction: string, answer: (response: ServerResponse, body: string) => void): Platform['behave'] =>
  (request, response) => {
    if (request.interaction !== interaction) return false;
    answer(response, request.body);
    return true;
  };
const saying = (text: string, status = 200, interaction = credentials): Platform['behave'] =>
  answering(interaction, (response) => platform.reply(response, status, text));
const right = (body: string): string =>
  answerOf(register, /<soapenv:Body>([\s\S]+)<\/soapenv:Body>/.exec(body)?.[1] ?? '');
/** The right answer, changed. */
const changed = (change: (answer: string) => string, interaction = credentials): Platform['behave'] =>
  answering(interaction, (response, body) => platform.reply(response, 200, envelope(change(right(body)))));

describe('an answer that is none', () => {
  const texts: readonly (readonly [what: string, text: string, why: RegExp])[] = [
    ['truncated', envelope('<a/>').slice(0, -20), /no XML that is taken/],
    ['with a DTD', envelope('<a/>').replace('?>', '?><!DOCTYPE a SYSTEM "file:///etc/passwd">'), /xml\.doctype/],
    [
      'with an entity',
      envelope('&x;').replace('?>', '?><!DOCTYPE soap:Envelope [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      /xml\.doctype/,
    ],
    ['with two roots', `${envelope('<a/>')}<b/>`, /no XML that is taken/],
    ['with nothing in it', envelope(''), /one answer/],
    ['with two answers', envelope('<a/><b/>'), /one answer/],
    ['with text beside the answer', envelope('more<a/>'), /one answer/],
    [
      'in the envelope of SOAP 1.2',
      envelope('<a/>').replaceAll('schemas.xmlsoap.org/soap/envelope/', 'www.w3.org/2003/05/soap-envelope'),
      /envelope/,
    ],
    ['to something else', envelope(`<r:${unit}Response xmlns:r="${namespaces.unit}"/>`), /something else/],
    ['in another namespace', envelope(`<r:${credentials}Response xmlns:r="urn:other"/>`), /something else/],
    ['in another encoding', envelope('<a/>').replace('UTF-8', 'ISO-8859-1'), /xml\.encoding/],
  ];
  for (const [what, text, why] of texts)
    test(what, async () => {
      platform.behave = saying(text);
      await away(open(), why);
    });

  test('HTML, JSON, nothing, and XML that is no SOAP 1.1', async () => {
    for (const type of [
      'text/html',
      'application/json',
      undefined,
      'application/soap+xml',
      'text/xml; charset=iso-8859-1',
    ]) {
      platform.behave = answering(credentials, (response, body) => {
        response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(envelope(right(body)));
      });
      await away(open(), /no XML/);
    }
  });
  test('a redirect, which is not followed', async () => {
    platform.behave = answering(credentials, (response) => {
      response.writeHead(307, { location: `${platform.url}/elsewhere` }).end();
    });
    await away(open(), /status 307/);
    assert.ok(platform.asked.every(({ path }) => !path.includes('elsewhere')));
  });
  test('a fault: its code and the platform’s, and none of its words', async () => {
    platform.behave = saying(soapFault('Server', 'VP007 Authorization missing for 195711092642 Anna'), 500);
    await away(open(), /SOAP fault Server VP007$/);
    platform.behave = saying(envelope('<f:Fault xmlns:f="http://schemas.xmlsoap.org/soap/envelope/"/>'), 500);
    await away(open(), /SOAP fault without code$/);
  });
  test('a right answer with the status of a fault', async () => {
    platform.behave = answering(credentials, (response, body) => platform.reply(response, 500, envelope(right(body))));
    await away(open(), /something else/);
  });
  test('more than a person’s record can be', async () => {
    platform.behave = answering(credentials, (response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await away(open(), /more than 1048576 bytes/);
  });
  test('an endless one, fed drop by drop', async () => {
    platform.behave = answering(credentials, (response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    await away(open({ answerWithinMs: 300 }), /within 300 ms/);
  });
  test('none at all, for any of the questions', async () => {
    for (const interaction of [credentials, 'GetEmployeeIncludingProtectedPerson', unit]) {
      platform.behave = answering(interaction, () => undefined);
      await away(open({ answerWithinMs: 300 }), /within \d+ ms/);
    }
  });
  test('nobody there', async () => {
    await away(open({ addresses: ['https://localhost:9/vp'] }), /ECONNREFUSED/);
  });
});

describe('an answer about somebody else', () => {
  const other = 'SE2321000156-9999';
  test('credentials of another HSA-ID', async () => {
    platform.behave = changed((answer) => answer.replace(`>${asked.value}<`, `>${other}<`));
    await away(open(), /somebody else/);
  });
  test('an employment of another HSA-ID', async () => {
    platform.behave = changed(
      (answer) => answer.replace(`>${asked.value}<`, `>${other}<`),
      'GetEmployeeIncludingProtectedPerson',
    );
    await away(open(), /somebody else/);
  });
  test('another national number, or none, where one was asked for', async () => {
    platform.behave = changed((answer) => answer.replace(`>${number.value}<`, '>191212121212<'));
    await away(open(), /somebody else/, number);
    platform.behave = changed((answer) => answer.replace(/<e:personalIdentity>.*?<\/e:personalIdentity>/, ''));
    await away(open(), /somebody else/, number);
  });
  test('one HSA-ID twice', async () => {
    platform.behave = changed((answer) =>
      answer.replace(/(<r:credentialInformation>[\s\S]*<\/r:credentialInformation>)/, '$1$1'),
    );
    await away(open(), /two records/);
  });
  test('a unit that was not asked for', async () => {
    platform.behave = changed((answer) => answer.replaceAll('SE2321000156-2002', 'SE2321000156-2001'), unit);
    await away(open(), /another unit/);
  });
  test('licences of another national number', async () => {
    platform.behave = changed(
      (answer) => answer.replace(`>${number.value}<`, '>191212121212<'),
      'GetHospCredentialsForPerson',
    );
    await away(hospSoap(settings(), post, Date.now), /somebody else/, number);
  });
  test('contradictions inside of a record', async () => {
    for (const [from, to, why] of [
      ['<c:personHsaId>', '<c:personHsaId>SE2321000156-1</c:personHsaId><c:personHsaId>', /twice/],
      ['<c:healthCareUnitEndDate>2090-01-01T00:00:00Z', '<c:healthCareUnitEndDate>soon', /no date/],
      ['<c:feignedHealthCareUnit>true', '<c:feignedHealthCareUnit>maybe', /neither true nor false/],
      ['<c:middleAndSurName>von', '<c:middleAndSurName><b/>von', /no text/],
    ] as const) {
      platform.behave = changed((answer) => answer.replace(from, to));
      await away(open(), why);
    }
  });
});

describe('commissions', () => {
  const ids = async (source = open()) => (await source.find(asked))[0]?.commissions.map(({ id }) => id);

  test('what a commission lacks of its provider comes from its unit’s own record', async () => {
    platform.behave = changed((answer) =>
      answer.replace(/<c:healthCareProviderHsaId>.*?<\/c:healthCareProviderOrgNo>/, ''),
    );
    const [first] = (await open().find(asked))[0]?.commissions ?? [];
    assert.deepEqual(first?.provider, { id: 'SE2321000156-1000', name: 'Regionen', organisationNumber: '2321000156' });
    assert.ok(platform.asked.some(({ interaction, body }) => interaction === unit && body.includes('-2000<')));
  });
  test('one that its unit’s record does not complete is left out', async () => {
    platform.behave = (request, response) => {
      if (request.interaction === unit) {
        platform.reply(response, 200, envelope(`<r:${unit}Response xmlns:r="${namespaces.unit}"/>`));
        return true;
      }
      return (
        changed((answer) => answer.replace(/<c:healthCareProviderHsaId>.*?<\/c:healthCareProviderOrgNo>/, ''))?.(
          request,
          response,
        ) ?? false
      );
    };
    assert.deepEqual(await ids(), ['SE2321000156-M2', 'SE2321000156-M3', 'SE2321000156-M4']);
  });
  test('a unit that ended by the commission, and goes on by its own record, goes on', async () => {
    const longer: Register = {
      ...register,
      places: register.places.map((place) =>
        place.id === 'SE2321000156-2002' ? { ...place, until: '2070-01-01T00:00:00Z' } : place,
      ),
    };
    platform.behave = answering(unit, (response, body) =>
      platform.reply(
        response,
        200,
        envelope(answerOf(longer, /<soapenv:Body>([\s\S]+)<\/soapenv:Body>/.exec(body)?.[1] ?? '')),
      ),
    );
    const found = (await open().find(asked))[0]?.commissions.find(({ id }) => id === 'SE2321000156-M4');
    assert.equal(found?.until, Date.parse('2070-01-01T00:00:00Z'));
    assert.deepEqual(
      platform.asked
        .filter(({ interaction }) => interaction === unit)
        .map(({ body }) => /MemberHsaId>SE2321000156-(\d{4})</.exec(body)?.[1]),
      ['2002'],
      'only the one in doubt is asked about',
    );
  });
  test('of hundreds of units in doubt a few are asked about', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `SE2321000156-3${String(index).padStart(3, '0')}`);
    platform.register = {
      ...register,
      places: [
        ...register.places,
        ...many.map(
          (id) => ({ id, name: id, kind: 'unit', under: 'SE2321000156-1000', until: '2020-01-01T00:00:00Z' }) as const,
        ),
      ],
      commissions: many.map((id) => ({ id: `${id}M`, name: id, purpose: 'Vård', at: id, members: [asked.value] })),
    };
    assert.equal((await ids())?.length, 60);
    assert.equal(platform.asked.filter(({ interaction }) => interaction === unit).length, 10);
  });
});

describe('the way there', () => {
  test('our certificate is shown, and connections are kept', async () => {
    const source = open();
    for (let round = 0; round < 5; round += 1) await source.find(asked);
    assert.ok(platform.asked.every(({ client }) => client === 'hub'));
    assert.ok(new Set(platform.asked.map(({ connection }) => connection)).size <= 4);
  });
  test('a connection that the platform closed meanwhile costs nobody a login', async () => {
    const source = open();
    await source.find(asked);
    const before = new Set(platform.asked.map(({ connection }) => connection));
    let closed = 0;
    platform.behave = ({ connection }, response) => {
      if (!before.has(connection)) return false;
      closed += 1;
      response.socket?.destroy();
      return true;
    };
    assert.equal((await source.find(asked)).length, 1);
    assert.ok(closed > 0);
  });
  test('the next address is asked when the first is not there, or a gateway says that nobody is behind it', async () => {
    const source = open({ addresses: ['https://localhost:9/vp', platform.url] });
    assert.equal((await source.find(asked)).length, 1);
    let turned = 0;
    platform.behave = (_, response) => {
      if (turned++ > 1) return false;
      response.writeHead(503, { 'content-type': 'text/html' }).end('busy');
      return true;
    };
    assert.equal((await open({ addresses: [platform.url, platform.url] }).find(asked)).length, 1);
  });
  test('one that is silent leaves time for the next', async () => {
    let silent = 0;
    platform.behave = () => silent++ < 2;
    assert.equal((await open({ addresses: [platform.url, platform.url] }).find(asked)).length, 1);
  });
});

describe('the register of health professionals', () => {
  test('licences with their restrictions, by national number alone', async () => {
    const hosp = hospSoap(settings(), post, Date.now);
    assert.deepEqual(await hosp.find(asked), []);
    assert.equal(platform.asked.length, 0);
    const [found] = await hosp.find({ namespace: 'se-personnummer', value: '191212121212' });
    assert.deepEqual(found?.licences, [
      { code: 'SJ', name: 'Sjuksköterska', restrictions: [{ code: 'SJ/001', name: 'Återkallad legitimation' }] },
    ]);
    assert.deepEqual(found.key, { namespace: 'se-personnummer', value: '191212121212' });
    assert.deepEqual(await hosp.find({ namespace: 'se-personnummer', value: '191010101010' }), []);
    assert.deepEqual(platform.faults, []);
  });
});

// `tillit card` on a running demo: every state of a test card is judged as it should be, and no hub without a demo makes one.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningHub, startHub, temporaryFolder, tillitCommand } from '../support/index.ts';

describe('tillit card', () => {
  const folder = temporaryFolder('test-cards');
  let hub: RunningHub;
  before(async () => {
    hub = await startHub();
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const card = (...words: readonly string[]) => tillitCommand(hub, 'card', ...words);
  const who = ['--holder', 'Kari Nordmann', '--number', 'T10001', '--country', 'NO'];
  const json = (output: string): Record<string, unknown> => {
    const line = output.split('\n').find((each) => each.startsWith('{'));
    assert.ok(line, output);
    return JSON.parse(line) as Record<string, unknown>;
  };
  const make = async (name: string, ...words: readonly string[]): Promise<string> => {
    const out = join(folder.path, name);
    const made = await card('make', '--population', 'simple', ...who, '--out', out, ...words);
    assert.equal(made.code, 0, made.output);
    return out;
  };

  const states: readonly (readonly [string, string | undefined])[] = [
    ['valid', undefined],
    ['expired', 'card.expired'],
    ['not-yet-valid', 'card.notYetValid'],
    ['revoked', 'card.revoked'],
    ['wrong-usage', 'card.wrongPurpose'],
    ['wrong-policy', 'card.wrongPolicy'],
    ['other-population', 'card.otherPopulation'],
  ];
  for (const [state, reason] of states) {
    test(`a card of state ${state} is ${reason ?? 'taken'}`, async () => {
      const made = await make(state, '--state', state);
      const shown = await card('show', made, '--json');
      const facts = json(shown.output);
      assert.equal(facts.verdict, reason === undefined ? 'taken' : 'refused', shown.output);
      assert.equal(facts.reason, reason);
      assert.equal(shown.code, reason === undefined ? 0 : 1);
      if (reason !== undefined) return;
      assert.equal(facts.identifier, 'staff-id T10001');
      assert.equal(facts.population, 'simple');
      assert.match(String(facts.subject), /Kari Nordmann/);
    });
  }

  test('look-alikes of outside issuers are judged by the shipped populations', async () => {
    const anna = ['--holder', 'Anna Berg', '--number', 'SE2321000156-1077'];
    const polar = ['--holder', 'Kari Nordmann', '--number', 'UN:NO-9578-4505-00001pdEkL7'];
    const shown = async (population: string, who: readonly string[]) => {
      const out = join(folder.path, population);
      const made = await card('make', '--population', population, ...who, '--out', out);
      assert.equal(made.code, 0, made.output);
      return json((await card('show', out, '--json')).output);
    };
    const reserve = await shown('hsa-id-2', anna);
    assert.equal(reserve.identifier, 'hsa-id SE2321000156-1077');
    assert.equal(reserve.assurance, 'low');
    assert.equal((await shown('polar-person', polar)).reason, 'card.otherPopulation', 'no provider accepts it');
  });

  test('a card is blocked, which the hub sees at once; then it is destroyed', async () => {
    const made = await make('blocked');
    assert.match((await card('show', made)).output, /^verdict: taken$/m);
    assert.match((await card('block', made)).output, /^Blocked: /m);
    assert.match((await card('show', made)).output, /^reason: card\.revoked$/m);
    assert.match((await card('block', made)).output, /already/);
    assert.equal((await card('destroy', made)).code, 0);
    assert.ok(!existsSync(made));
    const gone = await card('show', made);
    assert.equal(gone.code, 1);
    assert.match(gone.output, /there is no card/);
  });

  test('files are the owner’s alone, a folder is never written over, and half a card is none', async () => {
    const made = await make('private');
    for (const name of ['card.key', 'card.p12', 'pin', 'card.pem'])
      assert.equal(statSync(join(made, name)).mode & 0o777, 0o600, name);
    const before = readFileSync(join(made, 'card.key'), 'utf8');
    const again = await card('make', '--population', 'simple', ...who, '--out', made);
    assert.equal(again.code, 1);
    assert.match(again.output, /is there already/);
    assert.equal(readFileSync(join(made, 'card.key'), 'utf8'), before);
    const out = join(folder.path, 'nowhere');
    const unknown = await card('make', '--population', 'nowhere', ...who, '--out', out);
    assert.match(unknown.output, /there is no population nowhere; there is simple, /);
    assert.equal(unknown.code, 1);
    assert.ok(!existsSync(out));
  });

  test('a file with a certificate is shown as well, and one that is none is said to be none', async () => {
    const made = await make('file');
    assert.match((await card('show', join(made, 'card.pem'))).output, /^verdict: taken$/m);
    assert.match((await card('show', join(made, 'card.p12'))).output, /PKCS#12 file is closed/);
    const none = join(folder.path, 'none.pem');
    writeFileSync(none, 'nothing');
    assert.match((await card('show', none)).output, /^reason: card\.malformed$/m);
  });

  test('words that are wrong are told, and nothing is made', async () => {
    const out = join(folder.path, 'wrong');
    for (const words of [
      [],
      ['make'],
      ['frobnicate', out],
      ['make', '--population', 'simple', '--holder', 'Kari', '--number', 'T1', '--out', out],
      ['make', '--population', 'simple', ...who, '--out', out, '--state', 'odd'],
      ['make', '--population', 'simple', ...who, '--out', out, '--form', 'paper'],
      ['insert', out, '--port', '0'],
    ]) {
      assert.equal((await card(...words)).code, 2, words.join(' '));
    }
    assert.equal((await card('make', '--population', 'simple', ...who, '--out', out, '--pin', 'abc')).code, 1);
    assert.ok(!existsSync(out));
  });

  test('a hub without a demo has no test authority, and gets none', async () => {
    const other = temporaryFolder('no-demo');
    try {
      const place = { dataFolder: other.path, env: { ...hub.env, TILLIT_DATA: other.path } };
      const out = join(other.path, 'card');
      const made = await make('elsewhere');
      for (const words of [
        ['make', '--population', 'simple', ...who, '--out', out],
        ['show', made],
        ['show', join(made, 'card.pem')],
        ['block', made],
      ]) {
        const said = await tillitCommand(place, 'card', ...words);
        assert.equal(said.code, 1, said.output);
        assert.match(said.output, /no test authority/);
      }
      assert.ok(!existsSync(join(other.path, 'demo')));
    } finally {
      other.remove();
    }
  });
});

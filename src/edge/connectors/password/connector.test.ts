// The password connector: what is proven, what is refused, and that nobody can tell an unknown user from a wrong password.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../../base/secret.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { addressKey, type LoginTry, type PasswordAccount } from '../../../core/directory/index.ts';
import { accountKey, passwordConnector } from './connector.ts';
import { createHashing } from './hashing.ts';

const low = { memory: 64, passes: 1, lanes: 1 };
const provider: Provider = {
  id: 'password',
  connector: 'password',
  name: { en: 'Password' },
  maximumAssurance: 'low',
  populations: [],
  order: 1,
};
const hashing = createHashing({ parameters: low });
const hash = await hashing.hash(new Secret('violet ladder'));

function world(
  given: {
    account?: Partial<PasswordAccount>;
    pass?: 'go' | 'accountDelayed' | 'addressDelayed';
    line?: number;
    parameters?: typeof low;
  } = {},
) {
  const accounts = new Map<string, PasswordAccount>([
    ['anna', { username: 'anna', person: 'p1', hash, oneTime: false, ...given.account }],
  ]);
  const asked: LoginTry[] = [];
  const log: string[] = [];
  const own = createHashing({
    parameters: given.parameters ?? low,
    ...(given.line === undefined ? {} : { line: given.line }),
  });
  const connector = passwordConnector({
    accounts: {
      find: async (username) => {
        log.push('find');
        return accounts.get(username);
      },
      upgrade: async (username, from, to) => void log.push(`upgrade ${username} ${from === hash} ${to.split('$')[3]}`),
      spend: async (username) => accounts.delete(username),
    },
    throttle: {
      ask: async (attempt) => {
        asked.push(attempt);
        return given.pass && given.pass !== 'go' ? { kind: given.pass, seconds: 40 } : { kind: 'go', firstHere: true };
      },
      succeeded: async () => void log.push('succeeded'),
      clear: async () => {},
      sweep: async () => 0,
    },
    hashing: own,
    networkOf: (ip) => (ip === '10.0.0.1' ? { id: 'n', name: 'n', cidrs: [], organisation: 'hospital' } : undefined),
    newId: () => 'e1',
  });
  const login = (username: string, password: string, ip = '192.0.2.1') =>
    connector.reply(provider, { kind: 'form', fields: { username, password }, ip }, 1000);
  return { login, log, asked, own, connector };
}

describe('password connector', () => {
  test('proves a right password as low, by the account name in its one spelling', async () => {
    const { login, log } = world();
    assert.deepEqual(await login(' ANNA ', 'violet ladder'), {
      kind: 'proven',
      evidence: {
        id: 'e1',
        connector: 'password',
        provider: 'password',
        subject: { namespace: 'hub-account', value: 'anna' },
        alternates: [],
        methods: ['pwd'],
        assurance: 'low',
        provenAt: 1000,
      },
    });
    assert.deepEqual(log, ['find', 'succeeded']);
  });
  test('an unknown user and a wrong password give one answer for one amount of work', async () => {
    const answers = [];
    for (const [username, password] of [
      ['anna', 'wrong'],
      ['nobody', 'wrong'],
      ["x' or 1=1 --", 'wrong'],
      ['anna', 'x'.repeat(1024)],
    ] as const) {
      const { login, log, own } = world();
      const answer = await login(username, password);
      assert.ok(answer.kind === 'refused');
      answers.push({ reason: answer.reason, params: answer.params, runs: own.runs(), log });
    }
    for (const answer of answers)
      assert.deepEqual(answer, { reason: 'password.wrong', params: undefined, runs: 1, log: ['find'] });
  });
  test('an expired password is wrong, for the same work', async () => {
    const { login, own } = world({ account: { expiresAt: 1000 } });
    assert.equal(((await login('anna', 'violet ladder')) as { reason: string }).reason, 'password.wrong');
    assert.equal(own.runs(), 1);
  });
  test('a one-time password lets in once', async () => {
    const { login } = world({ account: { oneTime: true, expiresAt: 2000 } });
    const outcomes = await Promise.all([login('anna', 'violet ladder'), login('anna', 'violet ladder')]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['proven', 'refused']);
  });
  test('a delay is told with its seconds and does no work', async () => {
    for (const [pass, reason] of [
      ['accountDelayed', 'password.delayed'],
      ['addressDelayed', 'password.addressDelayed'],
    ] as const) {
      const { login, own, log } = world({ pass });
      assert.deepEqual(await login('anna', 'violet ladder'), { kind: 'refused', reason, params: { seconds: 40 } });
      assert.deepEqual([own.runs(), log], [0, []]);
    }
  });
  test('a full line is said before anything is counted', async () => {
    const { login, asked } = world({ line: 0 });
    assert.deepEqual(await login('anna', 'violet ladder'), { kind: 'refused', reason: 'tooMany' });
    assert.equal(asked.length, 0);
  });
  test('a hash with lower parameters is made anew, and only after a right password', async () => {
    const parameters = { memory: 128, passes: 2, lanes: 1 };
    const right = world({ parameters });
    await right.login('anna', 'violet ladder');
    assert.deepEqual(right.log, ['find', 'upgrade anna true m=128,t=2,p=1', 'succeeded']);
    const wrong = world({ parameters });
    await wrong.login('anna', 'violet');
    assert.deepEqual(wrong.log, ['find']);
  });
  test('an organisation’s range may fail for a hundred times more accounts', async () => {
    const { login, asked } = world();
    await login('anna', 'x');
    await login('anna', 'x', '10.0.0.1');
    assert.deepEqual(
      asked.map(({ addressLimit }) => addressLimit),
      [20, 2000],
    );
  });
  test('too much or nothing is wrong without work', async () => {
    const { login, asked, connector } = world();
    for (const [username, password] of [
      ['', 'x'],
      ['anna', ''],
      ['a'.repeat(257), 'x'],
      ['anna', 'x'.repeat(1025)],
    ] as const) {
      assert.equal(((await login(username, password)) as { reason: string }).reason, 'password.wrong');
    }
    assert.equal(
      ((await connector.reply(provider, { kind: 'card', chain: [], ip: '::1' }, 0)) as { reason: string }).reason,
      'password.wrong',
    );
    assert.equal(asked.length, 0);
  });
  test('the throttle never sees what was typed, and folds its spellings together', async () => {
    const { login, asked } = world();
    await login('Hunter2-typed-in-the-wrong-field', 'x');
    assert.doesNotMatch(JSON.stringify(asked), /hunter2/i);
    assert.equal(accountKey(' ANNA'), accountKey('anna'));
    assert.notEqual(accountKey('anna'), accountKey('anne'));
  });
  test('an IPv6 customer is one address', () => {
    assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), addressKey('2001:db8:1:2::1'));
    assert.notEqual(addressKey('2001:db8:1:2::1'), addressKey('2001:db8:1:3::1'));
    assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(addressKey('2001:db8::1'), '2001:db8::/64');
    assert.equal(addressKey('::1'), '0::/64');
  });
});

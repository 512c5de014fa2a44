// Our tries stay below the domain's lock-out, whoever made the ones before; and which controller is asked when one does not answer.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InsufficientAccessError } from 'ldapts';
import { domainBase, LdapRefusal } from '../../../../test/fakes/password-directory.ts';
import { morning as now, said, passwordWorld as world } from '../../../../test/fakes/password-world.ts';
import { Secret } from '../../../base/secret.ts';
import type { PasswordDomain } from '../../../core/catalogue/index.ts';
import { directoryPasswordConnector } from './connector.ts';

const minute = 60_000;
const anna = `CN=anna,${domainBase}`;

describe('below the domain’s lock-out', () => {
  test('our tries of one account are held at one fewer than lock, by whatever name, for the domain’s time and a minute', async () => {
    const { directory, login, asked } = world();
    directory.account('anna');
    for (const name of ['anna', 'HOSP\\anna', 'ANNA@hosp.test']) await login(name, 'right');
    await login('nobody', 'x');
    await login('HOSP\\nobody', 'x');
    const keys = asked.map(({ account }) => account);
    assert.deepEqual([new Set(keys.slice(0, 3)).size, new Set(keys.slice(3)).size, new Set(keys).size], [1, 1, 2]);
    for (const { hold } of asked) assert.deepEqual(hold, { afterFailures: 4, seconds: 1860 });
  });

  const written = (afterFailures: number) => ({ lockOut: { afterFailures, windowSeconds: 60 } });
  const thresholds: readonly {
    readonly what: string;
    readonly threshold?: string | undefined;
    readonly own?: string;
    readonly domain?: Partial<PasswordDomain>;
    readonly holds: number | undefined;
  }[] = [
    { what: 'the domain locks nobody', threshold: '0', holds: undefined },
    { what: 'the record says fewer', domain: written(3), holds: 2 },
    { what: 'the record says more', domain: written(30), holds: 4 },
    { what: 'nothing can be read', threshold: undefined, holds: 2 },
    { what: 'nothing can be read, and the record says it', threshold: undefined, domain: written(9), holds: 8 },
    { what: 'rules of its own', own: 'CN=strict', holds: 3 },
    { what: 'rules of its own that cannot be read', own: 'CN=hidden', holds: 2 },
  ];
  for (const { what, own, domain = {}, holds, ...rest } of thresholds)
    test(`${what}: ${holds ?? 'no'} tries`, async () => {
      const { directory, login, asked } = world({ domain });
      if ('threshold' in rest) directory.threshold = rest.threshold;
      directory.rules.set('CN=strict', '4');
      directory.account('anna', own === undefined ? {} : { rules: own });
      await login('anna', 'right');
      assert.equal(asked[0]?.hold?.afterFailures, holds);
    });

  test('a domain that locks at the first wrong password is not asked', async () => {
    const { directory, login } = world();
    directory.account('anna');
    directory.threshold = '1';
    assert.equal(said(await login('anna', 'right')), 'directory.unavailable');
    assert.deepEqual(directory.binds, ['hub']);
  });

  test('wrong passwords that others sent count: no bind at one fewer than locks, until they are forgotten', async () => {
    const { directory, login } = world();
    directory.account('anna', { wrong: 4, wrongAt: now - 10 * minute });
    assert.deepEqual(await login('anna', 'right'), {
      kind: 'refused',
      reason: 'password.delayed',
      params: { seconds: 21 * 60 },
    });
    assert.deepEqual(directory.binds, ['hub']);
    assert.equal(said(await login('anna', 'right', undefined, now + 21 * minute)), 'proven');
    directory.account('bo', { wrong: 3, wrongAt: now });
    assert.equal(said(await login('bo', 'right')), 'proven');
  });

  test('twenty at one moment: each sees what those before it cost, and the domain never gets to its limit', async () => {
    const { directory, login } = world();
    const account = directory.account('anna', { wrong: 2, wrongAt: now });
    const answers = await Promise.all(Array.from({ length: 20 }, () => login('anna', 'wrong')));
    assert.equal(account.wrong, 4);
    assert.ok(
      answers.some((answer) => said(answer) === 'tooMany'),
      'a line has an end',
    );
  });

  test('a locked account is told so without a bind, and starts anew when the domain opens it', async () => {
    const { directory, login, log } = world();
    directory.account('anna', { computed: 0x10, wrong: 5, wrongAt: now });
    assert.equal(said(await login('anna', 'right')), 'directory.locked');
    assert.deepEqual([directory.binds, log], [['hub'], ['anew']]);
  });

  test('a delay is told with its seconds, and no password is sent', async () => {
    for (const [kind, reason] of [
      ['accountDelayed', 'password.delayed'],
      ['addressDelayed', 'password.addressDelayed'],
    ] as const) {
      const { directory, login } = world({ pass: { kind, seconds: 40 } });
      directory.account('anna');
      for (const name of ['anna', 'nobody'])
        assert.deepEqual(await login(name, 'right'), { kind: 'refused', reason, params: { seconds: 40 } });
      assert.deepEqual(directory.binds, ['hub', 'hub']);
    }
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
});

describe('controllers', () => {
  test('the next is asked when one does not answer, and the one that did not is asked last for a while', async () => {
    const { directory, login } = world();
    directory.account('anna');
    directory.down.add('ldaps://dc1.test');
    assert.equal(said(await login('anna', 'right')), 'proven');
    assert.equal(said(await login('anna', 'right')), 'proven');
    assert.equal(said(await login('anna', 'right', undefined, now + minute)), 'proven');
    assert.deepEqual(
      directory.asked.map((url) => url.slice(8, 11)),
      ['dc1', 'dc2', 'dc2', 'dc1', 'dc2'],
    );
  });
  test('none answers: said as it is, and nothing is counted', async () => {
    const { directory, login, asked } = world();
    for (const url of ['ldaps://dc1.test', 'ldaps://dc2.test']) directory.down.add(url);
    const answer = await login('anna', 'right');
    assert.ok(answer.kind === 'refused' && answer.reason === 'directory.unavailable');
    assert.match(JSON.stringify(answer.detail), /dc1\.test: connect ECONNREFUSED/);
    assert.equal(asked.length, 0);
  });
  test('one that breaks off with the password in hand is not followed by another: it may have counted', async () => {
    const { directory, login } = world();
    directory.account('anna');
    directory.breaks = true;
    assert.equal(said(await login('anna', 'right')), 'directory.unavailable');
    assert.deepEqual(directory.binds, ['hub', anna]);
  });
  for (const code of [8, 10, 51, 53])
    test(`result ${code} to the bind is no word about the password, and the password goes nowhere else`, async () => {
      for (const name of ['anna', 'nobody']) {
        const { directory, login, log } = world();
        directory.account('anna');
        directory.instead = new LdapRefusal(code, 'ldaps://elsewhere.test');
        assert.equal(said(await login(name, 'right')), 'directory.unavailable');
        assert.deepEqual([directory.asked, log], [['ldaps://dc1.test'], []]);
      }
    });
  test('a password of the hub’s own that is not taken is sent once, not to each controller and not at each login', async () => {
    const { directory, login } = world({ secret: 'old' });
    for (let tries = 0; tries < 5; tries += 1)
      assert.equal(said(await login('anna', 'right')), 'directory.unavailable');
    assert.deepEqual(directory.binds, ['hub']);
  });
  test('a failure of the hub’s own is not blamed on the directory', async () => {
    const { directory, provider } = world();
    directory.account('anna');
    const connector = directoryPasswordConnector({
      connect: (url) => directory.connect(url),
      openSecret: () => new Secret(directory.hubPassword),
      throttle: { ask: () => Promise.reject(new InsufficientAccessError('the database')), succeeded: async () => {} },
      networkOf: () => undefined,
      newId: () => 'e1',
    });
    const reply = { kind: 'form', fields: { username: 'anna', password: 'right' }, ip: '::1' } as const;
    await assert.rejects(async () => connector.reply(provider, reply, now), /the database/);
  });
  test('more than a hub has room for are sent away before a directory is asked', async () => {
    const { directory, login } = world();
    const answers = await Promise.all(Array.from({ length: 70 }, (_, n) => login(`user${n}`, 'x')));
    assert.equal(answers.filter((answer) => said(answer) === 'tooMany').length, 6);
    assert.equal(directory.asked.length, 64);
  });
  test('what is no form proves nothing', async () => {
    const { connector, provider } = world();
    assert.equal(said(await connector.reply(provider, { kind: 'card', chain: [], ip: '::1' }, now)), 'password.wrong');
  });
});

// A password of the organisation's own directory: what proves somebody, what does not, and that neither words nor work tell users apart.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainBase, type FakeAccount, filetime, LdapRefusal } from '../../../../test/fakes/password-directory.ts';
import { morning as now, said, passwordWorld as world } from '../../../../test/fakes/password-world.ts';
import { standingChecks } from './account.ts';
import { typedChecks } from './typed.ts';

/** All checks, or all but one. */
const lacking = (without: string | undefined) => {
  const kept = <Check extends { readonly name: string }>(list: readonly Check[]): readonly Check[] =>
    list.filter(({ name }) => name !== without);
  return { checks: { typed: kept(typedChecks), standing: kept(standingChecks) } };
};

const hsaId = { attribute: 'employeeID', namespace: 'hsa-id', prefix: 'SE2321000016-' };

describe('whom a right password proves', () => {
  for (const typed of ['anna', ' ANNA ', 'HOSP\\anna', 'hosp\\Anna', 'anna@hosp.test'])
    test(`${typed}: the account itself, as low`, async () => {
      const { directory, login, log } = world();
      directory.account('anna');
      assert.deepEqual(await login(typed, 'right'), {
        kind: 'proven',
        evidence: {
          id: 'e1',
          connector: 'directoryPassword',
          provider: 'hosp',
          subject: { namespace: 'ad:hosp', value: '616e6e61-2e2e-2e2e-2e2e-2e2e2e2e2e2e' },
          alternates: [],
          methods: ['pwd'],
          assurance: 'low',
          provenAt: now,
        },
      });
      assert.deepEqual(log, ['succeeded']);
    });

  test('an attribute of the record, in its one spelling, with the account behind it; the level as data', async () => {
    const { directory, login } = world({ domain: { subject: hsaId, assurance: 'substantial' } });
    directory.account('anna', { more: { employeeID: 'se2321000016-1abc', displayName: 'Anna Ek' } });
    const answer = await login('anna', 'right');
    assert.ok(answer.kind === 'proven');
    assert.deepEqual(answer.evidence.subject, { namespace: 'hsa-id', value: 'SE2321000016-1ABC' });
    assert.deepEqual(
      answer.evidence.alternates.map(({ namespace }) => namespace),
      ['ad:hosp'],
    );
    assert.deepEqual([answer.evidence.assurance, answer.evidence.displayName], ['substantial', 'Anna Ek']);
  });

  for (const [what, employeeID] of [
    ['none', undefined],
    ['two', ['SE2321000016-1', 'SE2321000016-2']],
    ['another organisation’s (A2)', 'SE5560000000-1ABC'],
    ['no HSA-ID', 'SE2321000016-å'],
  ] as const)
    test(`an account with ${what} names nobody`, async () => {
      const { directory, login } = world({ domain: { subject: hsaId } });
      directory.account('anna', {
        more: employeeID === undefined ? {} : { employeeID: [employeeID].flat() as string[] },
      });
      assert.equal(said(await login('anna', 'right')), 'upstream.subject');
    });

  test('an alternate of another organisation is left out', async () => {
    const { directory, login } = world({ domain: { alternates: [hsaId] } });
    directory.account('anna', { more: { employeeID: 'SE5560000000-1ABC' } });
    const answer = await login('anna', 'right');
    assert.ok(answer.kind === 'proven');
    assert.deepEqual([answer.evidence.subject.namespace, answer.evidence.alternates], ['ad:hosp', []]);
  });
});

describe('each check is needed: without it the case turns', () => {
  const typedCases: readonly (readonly [check: string, username: string, password: string, readsToNul?: true])[] = [
    ['password.given', 'anna', ''],
    ['password.plain', 'anna', '\0right', true],
    ['password.plain', 'anna', 'right\0', true],
    ['password.short', 'anna', 'x'.repeat(257)],
    ['name.plain', 'a'.repeat(257), 'right'],
    ['name.plain', 'anna\0', 'right'],
    ['name.plain', 'an\u001fna', 'right'],
  ];
  for (const [check, username, password, readsToNul] of typedCases)
    test(`${check}: ${JSON.stringify(username.slice(0, 10))} ${JSON.stringify(password.slice(0, 10))} never reaches a directory`, async () => {
      for (const without of [undefined, check]) {
        const { directory, login, asked } = world(lacking(without));
        directory.account('anna');
        directory.readsToNul = readsToNul ?? false;
        const answer = await login(username, password);
        assert.equal(directory.binds.length > 0, without !== undefined);
        if (without !== undefined) continue;
        assert.ok(answer.kind === 'refused' && answer.reason === 'password.wrong');
        assert.equal(answer.detail?.['check'], check);
        assert.deepEqual([asked, answer.params], [[], undefined]);
      }
    });

  const standing: readonly (readonly [check: string, reason: string, account: Partial<FakeAccount>])[] = [
    ['account.enabled', 'directory.disabled', { flags: 514 }],
    ['account.lives', 'directory.accountExpired', { expires: filetime(now) }],
    ['password.lives', 'directory.mustChange', { pwdLastSet: '0' }],
    ['password.lives', 'directory.mustChange', { computed: 0x80_0000 }],
  ];
  for (const [check, reason, account] of standing)
    test(`${check}: a directory that lets in ${JSON.stringify(account)} is not believed`, async () => {
      for (const without of [undefined, check]) {
        const { directory, login } = world(lacking(without));
        directory.account('anna', account);
        assert.equal(said(await login('anna', 'right')), without === undefined ? reason : 'proven');
      }
    });
  test('account.unlocked: an account that was locked meanwhile', () => {
    const check = standingChecks.find(({ name }) => name === 'account.unlocked');
    assert.equal(check?.test({ computedFlags: 0x10 } as never, now), false);
    assert.equal(check?.test({ computedFlags: 0 } as never, now), true);
  });

  test('who was let in as nobody is nobody, whatever was typed (RFC 4513 5.1.2)', async () => {
    const { directory, login, log } = world(lacking('password.given'));
    directory.account('anna');
    const answer = await login('anna', '');
    assert.ok(answer.kind === 'refused' && answer.reason === 'password.wrong');
    assert.deepEqual([answer.detail, log], [{ cause: 'boundAsNobody' }, []]);
    const nul = world(lacking('password.plain'));
    nul.directory.account('anna');
    nul.directory.readsToNul = true;
    assert.equal(said(await nul.login('anna', '\0right')), 'password.wrong');
  });
});

describe('words and work', () => {
  test('an unknown name, a wrong password, another domain’s name and a filter give one answer for one amount of work', async () => {
    const answers = [];
    for (const [username, password] of [
      ['anna', 'wrong'],
      ['nobody', 'wrong'],
      ['OTHER\\anna', 'right'],
      ['anna@other.test', 'right'],
      ['*', 'right'],
      ['anna)(sAMAccountName=*', 'right'],
      ['CN=anna,DC=hosp,DC=test', 'right'],
      ['{616e6e61-2e2e-2e2e-2e2e-2e2e2e2e2e2e}', 'right'],
      ['Anna Ek', 'right'],
      ['\\anna', 'right'],
      ['@hosp.test', 'right'],
      ['', 'right'],
    ] as const) {
      const { directory, login, log } = world();
      directory.account('anna', { more: { displayName: 'Anna Ek' } });
      const answer = await login(username, password);
      assert.ok(answer.kind === 'refused', username);
      answers.push({
        reason: answer.reason,
        params: answer.params,
        searches: directory.searches,
        binds: directory.binds.length,
        log,
      });
    }
    for (const answer of answers)
      assert.deepEqual(answer, {
        reason: 'password.wrong',
        params: undefined,
        searches: [domainBase, '', domainBase],
        binds: 2,
        log: [],
      });
  });

  test('two accounts of one name are nobody', async () => {
    const { directory, login } = world();
    directory.account('anna');
    directory.account('other', { more: { userPrincipalName: 'anna@hosp.test' } });
    const answer = await login('anna', 'right');
    assert.ok(answer.kind === 'refused' && answer.reason === 'password.wrong');
    assert.equal(answer.detail?.['cause'], 'severalAccounts');
  });

  const subCodes: readonly (readonly [code: string, reason: string, log: readonly string[]])[] = [
    ['52e', 'password.wrong', []],
    ['525', 'password.wrong', []],
    ['530', 'directory.notNow', ['succeeded']],
    ['531', 'directory.notHere', ['succeeded']],
    ['532', 'directory.mustChange', ['succeeded']],
    ['533', 'directory.disabled', ['succeeded']],
    ['701', 'directory.accountExpired', ['succeeded']],
    ['773', 'directory.mustChange', ['succeeded']],
    ['775', 'directory.locked', ['anew']],
    ['999', 'password.wrong', []],
    ['constructor', 'password.wrong', []],
  ];
  for (const [code, reason, counted] of subCodes)
    test(`data ${code}: ${reason}`, async () => {
      const { directory, login, log } = world();
      directory.account('anna', { says: code });
      assert.equal(said(await login('anna', 'right')), reason);
      assert.deepEqual(log, counted);
    });
  test('a refusal without words is a wrong password', async () => {
    const { directory, login } = world();
    directory.account('anna');
    directory.instead = new LdapRefusal(49, '');
    assert.equal(said(await login('anna', 'right')), 'password.wrong');
  });
  test('the trail is never told what was typed, nor is the throttle', async () => {
    const { directory, login, asked } = world();
    directory.account('anna');
    const told = [await login('Hunter2-in-the-wrong-field', 'x'), await login('anna', 'Hunter2')];
    directory.breaks = true;
    told.push(await login('anna', 'Hunter2'));
    assert.doesNotMatch(JSON.stringify([told, asked]), /hunter2|anna/i);
  });
});

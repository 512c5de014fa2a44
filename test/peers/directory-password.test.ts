// H4: the password of the organisation's own Active Directory, held against a real domain (Samba): its words, its lock-out, its certificate.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Attribute, Change, type Client } from 'ldapts';
import { toFiletime } from '../../src/base/filetime.ts';
import { Secret } from '../../src/base/secret.ts';
import type { PasswordDomain } from '../../src/core/catalogue/index.ts';
import { sampleAnchor } from '../../src/core/catalogue/sample-items.ts';
import type { LoginTry } from '../../src/core/directory/index.ts';
import type { ConnectorAnswer } from '../../src/core/journey/index.ts';
import {
  checkDomain,
  directoryPasswordConnector,
  standingChecks,
  typedChecks,
} from '../../src/edge/connectors/directory-password/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { reachWords } from '../../src/edge/targets/active-directory/index.ts';
import { domainProvider } from '../fakes/password-directory.ts';
import { said } from '../fakes/password-world.ts';
import { freePort } from '../support/port.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

const right = 'Nurse-Passw0rd';

describe('passwords of a real Active Directory', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  const people = () => `OU=People,${samba.root}`;
  const reach = (anchors: readonly string[] = [samba.anchors]) => ldapsClients({ anchors, limits: usualLdapsLimits });
  const addressOf = (name: string) => `CN=${name},${people()}`;
  const change = (type: string, ...values: string[] | Buffer[]) =>
    new Change({ operation: 'replace', modification: new Attribute({ type, values }) });

  const asAdministrator = async <Answer>(work: (client: Client) => Promise<Answer>): Promise<Answer> => {
    const client = await samba.client();
    return await work(client).finally(() => client.unbind());
  };
  const addUser = async (name: string, changes: readonly Change[] = [], more: Record<string, string> = {}) => {
    await asAdministrator(async (client) => {
      await client.add(addressOf(name), {
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        sAMAccountName: name,
        userPrincipalName: `${name}@hosp.test`,
        userAccountControl: '514',
        ...more,
      });
      await client.modify(addressOf(name), [change('unicodePwd', Buffer.from(`"${right}"`, 'utf16le'))]);
      await client.modify(addressOf(name), [change('userAccountControl', '512')]);
      if (changes.length > 0) await client.modify(addressOf(name), [...changes]);
    });
  };
  const wrongCount = (name: string): Promise<number> =>
    asAdministrator(async (client) => {
      const { searchEntries } = await client.search(addressOf(name), { scope: 'base', attributes: ['badPwdCount'] });
      return Number(searchEntries[0]?.['badPwdCount'] ?? 0);
    });
  const setLockOut = (threshold: number): Promise<void> =>
    asAdministrator((client) =>
      client.modify(samba.root, [
        change('lockoutThreshold', String(threshold)),
        change('lockOutObservationWindow', String(-30n * 60n * 10_000_000n)),
        change('lockoutDuration', String(-30n * 60n * 10_000_000n)),
      ]),
    );

  /** A hub: a throttle that counts as the real one does (test/contracts/throttle.test.ts), held or not. */
  function hub(
    domain: Partial<PasswordDomain> = {},
    given: { readonly counts?: boolean; readonly without?: string } = {},
  ) {
    const failures = new Map<string, number>();
    const connector = directoryPasswordConnector(
      {
        connect: (controller, authorities) => reach(authorities)(controller),
        openSecret: () => new Secret('Hub-Passw0rd'),
        throttle: {
          ask: async ({ account, hold }: LoginTry) => {
            const before = failures.get(account) ?? 0;
            if (given.counts !== false && before >= (hold?.afterFailures ?? Number.POSITIVE_INFINITY))
              return { kind: 'accountDelayed', seconds: hold?.seconds ?? 1 };
            failures.set(account, before + 1);
            return { kind: 'go', firstHere: true };
          },
          succeeded: async ({ account }) => void failures.delete(account),
        },
        networkOf: () => undefined,
        newId: () => 'e1',
      },
      { typed: typedChecks.filter(({ name }) => name !== given.without), standing: standingChecks },
    );
    const provider = domainProvider({
      controllers: [samba.url],
      tlsAuthorities: [samba.anchors],
      base: people(),
      bindName: `CN=hub,CN=Users,${samba.root}`,
      ...domain,
    });
    return (username: string, password: string): Promise<ConnectorAnswer> =>
      connector.reply(provider, { kind: 'form', fields: { username, password }, ip: '192.0.2.1' }, Date.now());
  }
  const detailOf = (answer: ConnectorAnswer) => (answer.kind === 'refused' ? answer.detail : undefined);

  before(async () => {
    samba = await startSamba();
    // Not an administrator: what everybody who is logged on may read is enough.
    await asAdministrator(async (client) => {
      await client.add(people(), { objectClass: ['top', 'organizationalUnit'] });
      const address = `CN=hub,CN=Users,${samba.root}`;
      await client.add(address, {
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        sAMAccountName: 'svc-hub',
        userAccountControl: '514',
      });
      await client.modify(address, [change('unicodePwd', Buffer.from('"Hub-Passw0rd"', 'utf16le'))]);
      await client.modify(address, [change('userAccountControl', '512')]);
    });
    await setLockOut(4);
    await addUser('anna', [], { employeeID: 'SE2321000016-1AB', displayName: 'Åsa Öberg' });
  });
  after(async () => {
    await samba?.remove();
  });

  test('her own password proves her, by each form of her name, and she is the account’s objectGUID', async () => {
    const guid = await asAdministrator(async (client) => {
      const { searchEntries } = await client.search(addressOf('anna'), {
        scope: 'base',
        attributes: ['objectGUID'],
        explicitBufferAttributes: ['objectGUID'],
      });
      return searchEntries[0]?.['objectGUID'] as Buffer;
    });
    const login = hub();
    for (const typed of ['anna', 'ANNA', 'HOSP\\anna', 'anna@hosp.test']) {
      const answer = await login(typed, right);
      assert.ok(answer.kind === 'proven', `${typed}: ${JSON.stringify(answer)}`);
      const { subject, methods, assurance, displayName } = answer.evidence;
      assert.equal(subject.namespace, 'ad:hosp');
      assert.equal(subject.value.slice(-12), guid.subarray(10).toString('hex'));
      assert.deepEqual([methods, assurance, displayName], [['pwd'], 'low', 'Åsa Öberg']);
    }
  });

  test('her HSA-ID, where the record says that employeeID is it', async () => {
    const hsaId = { attribute: 'employeeID', namespace: 'hsa-id', prefix: 'SE2321000016-' };
    const answer = await hub({ subject: hsaId })('anna', right);
    assert.ok(answer.kind === 'proven', JSON.stringify(answer));
    assert.deepEqual(answer.evidence.subject, { namespace: 'hsa-id', value: 'SE2321000016-1AB' });
  });

  test('a wrong password and a name that nobody has are told in the same words', async () => {
    const login = hub();
    for (const name of [
      'anna',
      'nobody',
      'an*',
      'anna)(objectClass=*',
      'Åsa Öberg',
      addressOf('anna'),
      'Administrator@hosp.test',
    ]) {
      const answer = await login(name, 'wrong');
      assert.ok(answer.kind === 'refused' && answer.reason === 'password.wrong', `${name} ${JSON.stringify(answer)}`);
      assert.equal(answer.params, undefined);
    }
    assert.equal(said(await login('anna', right)), 'proven');
    assert.equal(await wrongCount('anna'), 0, 'a right password starts the count anew');
  });

  test('no password, or one that a program in C reads as none, never gets to the domain: it counts nothing (RFC 4513 5.1.2)', async () => {
    await addUser('empty');
    for (const odd of ['', '\0', `\0${right}`, `${right}\0`, '\0'.repeat(20), 'x'.repeat(257)])
      assert.equal(said(await hub()('empty', odd)), 'password.wrong');
    assert.equal(await wrongCount('empty'), 0);
    // Without the checks it is sent; this domain reads up to the NUL, and what it lets in as nobody still proves nobody.
    for (const [without, odd, expected] of [
      ['password.given', '', 'password.wrong'],
      ['password.plain', '\0', 'password.wrong'],
      ['password.plain', `${right}\0x`, 'proven'],
    ] as const)
      assert.equal(said(await hub({}, { without })('empty', odd)), expected, JSON.stringify(odd));
    assert.equal(said(await hub({}, { without: 'password.given' })('empty', '')), 'password.wrong');
    assert.ok((await wrongCount('empty')) > 0);
    assert.equal(said(await hub()('empty', right)), 'proven');
  });

  test('odd and long passwords are taken as they are', async () => {
    const odd = `Åß€😀 "<>&'\\;=,+#*()%00${'x'.repeat(60)} A1 `;
    await addUser('odd');
    await samba.setPassword(addressOf('odd'), odd);
    const login = hub();
    assert.equal(said(await login('odd', odd)), 'proven');
    assert.equal(said(await login('odd', odd.trim())), 'password.wrong');
    assert.equal(said(await login('odd', 'x'.repeat(256))), 'password.wrong');
  });

  test('a disabled, an expired and an account whose password must be changed are told so to the right password alone', async () => {
    await addUser('disabled', [change('userAccountControl', '514')]);
    await addUser('expired', [change('accountExpires', toFiletime(Date.now() - 60_000))]);
    await addUser('mustchange', [change('pwdLastSet', '0')]);
    const login = hub();
    const told: Record<string, unknown> = {};
    for (const name of ['disabled', 'expired', 'mustchange']) {
      assert.equal(said(await login(name, 'wrong')), 'password.wrong', name);
      const answer = await login(name, right);
      told[name] = [said(answer), detailOf(answer)?.['windowsError']];
    }
    assert.deepEqual(told, {
      disabled: ['directory.disabled', '533'],
      expired: ['directory.accountExpired', '701'],
      mustchange: ['directory.mustChange', '773'],
    });
  });

  test('logon hours and workstations are the domain’s to judge', async () => {
    await addUser('hours', [change('logonHours', Buffer.alloc(21))]);
    await addUser('elsewhere', [change('userWorkstations', 'pc-of-somebody')]);
    const login = hub();
    const told = [said(await login('hours', right)), said(await login('elsewhere', right))];
    assert.deepEqual(told, ['directory.notNow', 'directory.notHere']);
  });

  test('locked by the domain is told, and is over when the domain opens it', async () => {
    await addUser('locked');
    for (let tries = 0; tries < 4; tries += 1) {
      const client = reach()(samba.url);
      await assert.rejects(client.bind(addressOf('locked'), 'wrong'));
      await client.unbind();
    }
    const login = hub();
    for (const password of ['wrong', right]) assert.equal(said(await login('locked', password)), 'directory.locked');
    await asAdministrator((client) => client.modify(addressOf('locked'), change('lockoutTime', '0')));
    assert.equal(said(await login('locked', right)), 'proven');
  });

  test('through the hub nobody locks an account: badPwdCount stays below the threshold', async () => {
    await addUser('guessed');
    const login = hub();
    const answers = [];
    for (let tries = 0; tries < 12; tries += 1) answers.push(said(await login('guessed', `guess ${tries}`)));
    assert.deepEqual([...new Set(answers)], ['password.wrong', 'password.delayed']);
    assert.equal(await wrongCount('guessed'), 3);
    // A hub that has counted nothing yet, or forgot: the domain's own count holds it.
    for (let tries = 0; tries < 6; tries += 1)
      assert.equal(said(await hub({}, { counts: false })('guessed', 'guess')), 'password.delayed');
    assert.equal(await wrongCount('guessed'), 3);
    const direct = reach()(samba.url);
    await direct.bind(addressOf('guessed'), right);
    await direct.unbind();
    assert.equal(await wrongCount('guessed'), 0);
    assert.equal(said(await hub()('guessed', right)), 'proven');
  });

  test('twenty at one moment from a hub that counts nothing itself: still below', async () => {
    await addUser('stormed');
    const login = hub({}, { counts: false });
    await Promise.all(Array.from({ length: 20 }, (_, n) => login('stormed', `guess ${n}`)));
    assert.equal(await wrongCount('stormed'), 3);
  });

  test('a certificate that nobody vouches for is no domain: no password is sent', async () => {
    const stranger = hub({ tlsAuthorities: [sampleAnchor] });
    const answer = await stranger('anna', right);
    assert.equal(said(answer), 'directory.unavailable');
    assert.match(JSON.stringify(detailOf(answer)), /certificate/);
    const named = hub({ controllers: [samba.url.replace(samba.address, '127.0.0.1')] });
    assert.equal(said(await named('anna', right)), 'directory.unavailable', 'or by another name');
  });

  test('the next controller answers when the first does not; none is said as it is', async () => {
    const dead = `ldaps://127.0.0.1:${await freePort()}`;
    assert.equal(said(await hub({ controllers: [dead, samba.url] })('anna', right)), 'proven');
    assert.equal(said(await hub({ controllers: [dead] })('anna', right)), 'directory.unavailable');
  });

  describe('what tillit provider check says of it', () => {
    const checked = async (domain: Partial<PasswordDomain> = {}, password = 'Hub-Passw0rd') => {
      const provider = domainProvider({
        controllers: [samba.url],
        tlsAuthorities: [samba.anchors],
        base: people(),
        bindName: `CN=hub,CN=Users,${samba.root}`,
        ...domain,
      });
      const findings = await checkDomain(provider as typeof provider & { domain: PasswordDomain }, {
        connect: (controller, authorities) => reach(authorities)(controller),
        openSecret: () => (password === '' ? undefined : new Secret(password)),
        explain: reachWords,
      });
      const faults = findings.filter(({ note }) => note === undefined).map(({ what, why }) => `${what}: ${why}`);
      const notes = findings.filter(({ note }) => note !== undefined).map(({ what, why }) => `${what}: ${why}`);
      return { faults, notes: notes.join('\n') };
    };

    test('a domain that is as it should be: no fault, where it locks, and that the hub stops before it', async () => {
      const before = await wrongCount('anna');
      const { faults, notes } = await checked();
      assert.deepEqual(faults, []);
      assert.match(
        notes,
        /the domain locks after 4 wrong passwords in 30 minutes: the hub stops after 3, for 31 minutes/,
      );
      assert.match(notes, /msDS-PasswordSettings: the hub sees none/);
      assert.equal(await wrongCount('anna'), before, 'nobody’s password was tried');
    });

    test('the lower of the record and the domain counts; what locks at once is a fault', async () => {
      const lower = await checked({ lockOut: { afterFailures: 3, windowSeconds: 1800 } });
      assert.match(lower.notes, /`lockOut` of the record is lower: the hub stops after 2/);
      await setLockOut(1);
      const { faults } = await checked().finally(() => setLockOut(4));
      assert.match(faults.join(), /locks at the first wrong password: no login can be offered/);
    });

    test('rules of their own with a lower threshold are named', async () => {
      const name = `CN=strict,CN=Password Settings Container,CN=System,${samba.root}`;
      await asAdministrator((client) =>
        client.add(name, {
          objectClass: 'msDS-PasswordSettings',
          'msDS-PasswordSettingsPrecedence': '10',
          'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
          'msDS-PasswordHistoryLength': '0',
          'msDS-PasswordComplexityEnabled': 'FALSE',
          'msDS-MinimumPasswordLength': '1',
          'msDS-MinimumPasswordAge': '0',
          'msDS-MaximumPasswordAge': '-9223372036854775808',
          'msDS-LockoutThreshold': '2',
          'msDS-LockoutObservationWindow': '-18000000000',
          'msDS-LockoutDuration': '-18000000000',
        }),
      );
      const asOwner = { bindName: samba.administrator };
      const { faults, notes } = await checked(asOwner, samba.password).finally(() =>
        asAdministrator((client) => client.del(name)),
      );
      assert.deepEqual(faults, []);
      assert.match(notes, /CN=strict.*whoever it is for is stopped after 1 wrong passwords/);
    });

    test('what the record or the directory lacks, each in words', async () => {
      const faultsOf = async (...given: Parameters<typeof checked>) => (await checked(...given)).faults.join('\n');
      assert.match(
        await faultsOf({}, 'wrong'),
        /does not take this name with the hub’s password.*No other controller was asked/,
      );
      assert.match(await faultsOf({}, ''), /sealed password cannot be opened/);
      assert.match(await faultsOf({ base: `OU=Nowhere,${samba.root}` }), /there is no such place/);
      assert.match(await faultsOf({ base: `CN=Infrastructure,${samba.root}` }), /the hub sees no people there/);
      const subject = { attribute: 'employeeID', namespace: 'hsa-id', prefix: 'SE5560000000-' };
      assert.match(
        await faultsOf({ subject }),
        /employeeID: of \d+ people .* none .* begins with SE5560000000-: nobody of them can log in/,
      );
      assert.equal(await faultsOf({ subject: { ...subject, prefix: 'SE2321000016-' } }), '');
      assert.match(
        await faultsOf({ tlsAuthorities: [sampleAnchor] }),
        /nobody who is trusted vouches for its certificate/,
      );
      const dead = `ldaps://127.0.0.1:${await freePort()}`;
      assert.match(await faultsOf({ controllers: [samba.url, dead] }), /127\.0\.0\.1:\d+: nothing listens there/);
    });
  });
});

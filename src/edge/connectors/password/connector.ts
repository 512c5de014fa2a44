// The connector: a username and a password in, evidence or a refusal out. Every refusal for a wrong pair is the same.

import { tokenHash } from '../../../base/ids.ts';
import { Secret } from '../../../base/secret.ts';
import type { Network } from '../../../core/catalogue/index.ts';
import {
  accountNamespace,
  addressKey,
  addressLimitOf,
  type LoginPass,
  type LoginThrottle,
  type LoginTry,
  normaliseUsername,
  type PasswordAccount,
  type PasswordAccounts,
} from '../../../core/directory/index.ts';
import type { ConnectorAnswer, PageConnector, Reply } from '../../../core/journey/index.ts';
import type { PasswordReason } from '../../../wire/codes/index.ts';
import type { Hashing } from './hashing.ts';

export interface PasswordPorts {
  readonly accounts: PasswordAccounts;
  readonly throttle: LoginThrottle;
  readonly hashing: Hashing;
  /** The configured network of an address (`networkFinder` of the catalogue). */
  readonly networkOf: (address: string) => Network | undefined;
  readonly newId: () => string;
}

const fields = [
  { name: 'username', type: 'text' },
  { name: 'password', type: 'password' },
] as const;

/** What stands for a username in the throttle: it may be a password that was typed into the wrong field. */
export const accountKey = (typed: string): string =>
  tokenHash(`account ${normaliseUsername(typed) ?? typed.slice(0, 256)}`).slice(0, 22);

interface Typed {
  readonly username: string;
  readonly password: Secret<string>;
}

export function passwordConnector(ports: PasswordPorts): PageConnector {
  const { accounts, throttle, hashing } = ports;
  return {
    kind: 'password',
    begin: () => ({ kind: 'form', fields }),
    async reply(provider, reply, now): Promise<ConnectorAnswer> {
      if (reply.kind !== 'form') return refused('password.wrong', { cause: 'noForm' });
      const typed: Typed = { username: reply.fields.username ?? '', password: new Secret(reply.fields.password ?? '') };
      if (!isSane(typed.username, typed.password)) return refused('password.wrong', { cause: 'size' });
      if (!hashing.hasRoom()) return { kind: 'refused', reason: 'tooMany' };

      const attempt = tryOf(typed.username, reply, now);
      const pass = await throttle.ask(attempt);
      if (pass.kind !== 'go') return delayed(pass);

      const known = await prove(typed, now);
      if (typeof known === 'string') return refused('password.wrong', { cause: known });
      await throttle.succeeded(attempt, pass);
      return {
        kind: 'proven',
        evidence: {
          id: ports.newId(),
          connector: 'password',
          provider: provider.id,
          subject: { namespace: accountNamespace, value: known.username },
          alternates: [],
          methods: ['pwd'], // RFC 8176
          assurance: 'low',
          provenAt: now,
        },
      };
    },
  };

  /** The account, or what was wrong: a word for the audit alone. A wrong name costs the same work as a wrong password. */
  async function prove(typed: Typed, now: number): Promise<PasswordAccount | 'account' | 'password' | 'alreadyUsed'> {
    const found = await accounts.find(normaliseUsername(typed.username) ?? '');
    const account = isOver(found, now) ? undefined : found;
    const right = await hashing.verify(account?.hash, typed.password);
    if (account === undefined) return 'account';
    if (!right) return 'password';
    if (account.oneTime) {
      // Two logins at one moment: the database lets one of them have it.
      return (await accounts.spend(account.username, account.hash)) ? account : 'alreadyUsed';
    }
    if (hashing.isWeaker(account.hash)) {
      await accounts.upgrade(account.username, account.hash, await hashing.hash(typed.password));
    }
    return account;
  }

  function tryOf(username: string, reply: Extract<Reply, { kind: 'form' }>, now: number): LoginTry {
    const registered = ports.networkOf(reply.ip)?.organisation !== undefined;
    return {
      account: accountKey(username),
      address: addressKey(reply.ip),
      addressLimit: addressLimitOf(registered),
      now,
    };
  }
}

/** Longer than anybody's password, shorter than a burden. */
const isSane = (username: string, password: Secret<string>): boolean =>
  username.length <= 256 && password.reveal().length <= 1024 && username !== '' && password.reveal() !== '';

const isOver = (account: PasswordAccount | undefined, now: number): boolean =>
  account?.expiresAt !== undefined && account.expiresAt <= now;

const refused = (reason: PasswordReason, detail: Readonly<Record<string, unknown>>): ConnectorAnswer => ({
  kind: 'refused',
  reason,
  detail,
});

const delayed = (pass: Exclude<LoginPass, { kind: 'go' }>): ConnectorAnswer => ({
  kind: 'refused',
  reason: pass.kind === 'accountDelayed' ? 'password.delayed' : 'password.addressDelayed',
  params: { seconds: pass.seconds },
});

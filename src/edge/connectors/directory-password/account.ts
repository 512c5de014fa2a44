// An account as its directory tells of it: who it is, how it stands, and whether it may come in once its password was right.
import type { Entry } from 'ldapts';
import type { EpochMs } from '../../../base/clock.ts';
import { fromFiletime } from '../../../base/filetime.ts';
import { type DomainIdentity, domainNamespace, type Provider } from '../../../core/catalogue/index.ts';
import { normaliseIdentity, type SubjectKey } from '../../../core/directory/index.ts';
import type { DirectoryReason } from '../../../wire/codes/index.ts';

export interface DomainAccount {
  readonly address: string;
  /** Its objectGUID in the usual spelling. */
  readonly id: string;
  /** userAccountControl, and what the directory works out of it (MS-ADTS 2.2.16, 3.1.1.4.5.17). */
  readonly flags: number;
  readonly computedFlags: number;
  readonly expiresAt: EpochMs | undefined;
  /** The password must be changed at the next logon. */
  readonly mustChange: boolean;
  /** Wrong passwords in a row, and when the last was; undefined when the hub may not read it. */
  readonly wrong: { readonly count: number; readonly lastAt: EpochMs } | undefined;
  /** Distinguished name of its own password rules, if it has some. */
  readonly rules: string | undefined;
  readonly displayName: string | undefined;
  /** The one value of an attribute; undefined for none and for several. */
  readonly value: (attribute: string) => string | undefined;
}

export const accountAttributes = [
  'objectGUID',
  'userAccountControl',
  'msDS-User-Account-Control-Computed',
  'accountExpires',
  'pwdLastSet',
  'badPwdCount',
  'badPasswordTime',
  'msDS-ResultantPSO',
  'displayName',
] as const;

export const attributesFor = ({ domain }: Pick<Provider, 'domain'>): string[] => [
  ...accountAttributes,
  ...(domain?.subject === undefined ? [] : [domain.subject.attribute]),
  ...(domain?.alternates ?? []).map(({ attribute }) => attribute),
];

/** The usual spelling of a GUID: its first three parts are little-endian (MS-DTYP 2.3.4.2). */
export function guidText(bytes: Buffer): string {
  const hex = (from: number, to: number, turned: boolean): string => {
    const part = Buffer.from(bytes.subarray(from, to));
    return (turned ? part.reverse() : part).toString('hex');
  };
  return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join('-');
}

/** The objectGUID of an entry that was read with it as octets. */
export function guidOf(entry: Entry): string | undefined {
  const [bytes] = [entry['objectGUID'] ?? []].flat();
  return Buffer.isBuffer(bytes) && bytes.length === 16 ? guidText(bytes) : undefined;
}

/** The account that an entry is; undefined when it has no identity. */
export function accountOf(entry: Entry): DomainAccount | undefined {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
  const value = (attribute: string): string | undefined => {
    const values = byName.get(attribute.toLowerCase()) ?? [];
    const [one] = values;
    return values.length === 1 && typeof one === 'string' ? one : undefined;
  };
  const number = (attribute: string): number => Number.parseInt(value(attribute) ?? '0', 10) || 0;
  const id = guidOf(entry);
  if (id === undefined) return undefined;
  const count = value('badPwdCount');
  return {
    address: entry.dn,
    id,
    flags: number('userAccountControl'),
    computedFlags: number('msDS-User-Account-Control-Computed'),
    expiresAt: fromFiletime(value('accountExpires')),
    mustChange: value('pwdLastSet') === '0',
    wrong:
      count === undefined
        ? undefined
        : { count: Number.parseInt(count, 10) || 0, lastAt: fromFiletime(value('badPasswordTime')) ?? 0 },
    rules: value('msDS-ResultantPSO'),
    displayName: value('displayName'),
    value,
  };
}

const uf = { disabled: 0x2, lockedOut: 0x10, passwordExpired: 0x80_0000 } as const;

export const isLocked = ({ computedFlags }: DomainAccount): boolean => (computedFlags & uf.lockedOut) !== 0;

export interface StandingCheck {
  readonly name: string;
  readonly clause: string;
  /** What the person is told. */
  readonly reason: DirectoryReason;
  readonly test: (account: DomainAccount, now: EpochMs) => boolean;
}

/** Held against an account whose password was right: a directory that lets in what it should not is not believed. */
export const standingChecks: readonly StandingCheck[] = [
  {
    name: 'account.enabled',
    clause: 'MS-ADTS 2.2.16 ADS_UF_ACCOUNTDISABLE',
    reason: 'directory.disabled',
    test: ({ flags }) => (flags & uf.disabled) === 0,
  },
  {
    name: 'account.unlocked',
    clause: 'MS-ADTS 2.2.16 ADS_UF_LOCKOUT',
    reason: 'directory.locked',
    test: (account) => !isLocked(account),
  },
  {
    name: 'account.lives',
    clause: 'MS-ADA1 2.1 accountExpires',
    reason: 'directory.accountExpired',
    test: ({ expiresAt }, now) => expiresAt === undefined || now < expiresAt,
  },
  {
    name: 'password.lives',
    clause: 'MS-ADTS 2.2.16 ADS_UF_PASSWORD_EXPIRED; MS-ADA3 2.175 pwdLastSet',
    reason: 'directory.mustChange',
    test: ({ computedFlags, mustChange }) => (computedFlags & uf.passwordExpired) === 0 && !mustChange,
  },
];

/** What an attribute says of its holder, when it begins as this organisation's values do, in its one spelling. */
export function keyOf(
  account: DomainAccount,
  { attribute, namespace, prefix }: DomainIdentity,
): SubjectKey | undefined {
  const found = account.value(attribute);
  const one = found === undefined ? undefined : normaliseIdentity(namespace, found);
  if (!one?.ok || !one.value.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  return { namespace, value: one.value };
}

/** Who the account's holder is: the subject first; undefined when the account does not say it. */
export function subjectsOf(
  account: DomainAccount,
  provider: Provider,
): readonly [SubjectKey, ...SubjectKey[]] | undefined {
  const { subject, alternates = [] } = provider.domain ?? {};
  const own: SubjectKey = { namespace: domainNamespace(provider.id), value: account.id };
  const others = alternates.flatMap((one) => keyOf(account, one) ?? []);
  if (subject === undefined) return [own, ...others];
  const first = keyOf(account, subject);
  return first && [first, ...others, own];
}

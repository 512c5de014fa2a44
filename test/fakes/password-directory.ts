// An Active Directory in memory, as far as a login by password meets it: look-ups, binds with Windows' own words, wrong passwords counted.
import {
  AndFilter,
  type Entry,
  EqualityFilter,
  type Filter,
  InvalidCredentialsError,
  OrFilter,
  ResultCodeError,
} from 'ldapts';
import type { PasswordDomain, Provider } from '../../src/core/catalogue/index.ts';
import type { LdapClient } from '../../src/edge/connectors/directory-password/index.ts';

export const hubThere = 'CN=hub,DC=hosp,DC=test';
export const domainBase = 'DC=hosp,DC=test';
const epochDifferenceMs = 11_644_473_600_000;
export const filetime = (at: number): string => String(BigInt(at + epochDifferenceMs) * 10_000n);

export interface FakeAccount {
  readonly login: string;
  readonly guid: string;
  password: string;
  /** What Windows says to the right password, instead of letting in. */
  says?: string;
  flags?: number;
  computed?: number;
  expires?: string;
  pwdLastSet?: string;
  wrong?: number;
  wrongAt?: number;
  /** A place that has password rules of its own. */
  rules?: string;
  more?: Record<string, string | string[]>;
}

/** A result code with the directory's words. */
export class LdapRefusal extends ResultCodeError {
  // biome-ignore lint/complexity/noUselessConstructor: that of the library is for the library alone
  constructor(code: number, message: string) {
    super(code, message);
  }
}

const windowsError = (subCode: string): Error =>
  new InvalidCredentialsError(
    `80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data ${subCode}, v4563`,
  );

const matches = (filter: Filter, entry: Record<string, unknown>): boolean => {
  if (filter instanceof AndFilter) return filter.filters.every((one) => matches(one, entry));
  if (filter instanceof OrFilter) return filter.filters.some((one) => matches(one, entry));
  if (!(filter instanceof EqualityFilter)) throw new Error('no other filter is asked');
  const value = String(entry[filter.attribute] ?? '');
  return value !== '' && value.toLowerCase() === String(filter.value).toLowerCase();
};

export class FakeDirectory {
  readonly accounts = new Map<string, FakeAccount>();
  /** Names that were bound as, `hub` for the hub's own. */
  readonly binds: string[] = [];
  readonly searches: string[] = [];
  /** Controllers that do not answer, and what one says to a bind of a person instead of judging it. */
  readonly down = new Set<string>();
  readonly asked: string[] = [];
  instead: Error | undefined;
  /** Breaks the connection while a person's password is looked at. */
  breaks = false;
  hubPassword = 'hub-secret';
  threshold: string | undefined = '5';
  /** Own rules of accounts that the hub may read: threshold by name. */
  readonly rules = new Map<string, string>();
  /** Reads a password up to a NUL, as a program in C may. */
  readsToNul = false;
  now = 0;

  account(login: string, given: Partial<FakeAccount> = {}): FakeAccount {
    const guid = Buffer.from(login.padEnd(16, '.').slice(0, 16)).toString('hex');
    const made: FakeAccount = { login, guid, password: 'right', pwdLastSet: '1', ...given };
    this.accounts.set(login, made);
    return made;
  }

  private addressOf = ({ login }: FakeAccount): string => `CN=${login},${domainBase}`;

  private entryOf(one: FakeAccount): Record<string, string | string[] | Buffer> {
    return {
      objectGUID: Buffer.from(one.guid, 'hex'),
      sAMAccountName: one.login,
      sAMAccountType: '805306368',
      userPrincipalName: `${one.login}@hosp.test`,
      userAccountControl: String(one.flags ?? 512),
      'msDS-User-Account-Control-Computed': String(one.computed ?? 0),
      accountExpires: one.expires ?? '9223372036854775807',
      pwdLastSet: one.pwdLastSet ?? '1',
      badPwdCount: String(one.wrong ?? 0),
      badPasswordTime: filetime(one.wrongAt ?? 0),
      ...(one.rules === undefined ? {} : { 'msDS-ResultantPSO': one.rules }),
      ...one.more,
    };
  }

  /** As the domain itself judges a simple bind; undefined: it lets in. */
  private refusal(one: FakeAccount | undefined, password: string): Error | undefined {
    if (one === undefined) return windowsError('525');
    if ((one.computed ?? 0) & 0x10) return windowsError('775');
    if (one.password === password) return one.says === undefined ? undefined : windowsError(one.says);
    one.wrong = (one.wrong ?? 0) + 1;
    one.wrongAt = this.now;
    return windowsError('52e');
  }

  connect = (url: string): LdapClient => {
    let who: string | undefined;
    this.asked.push(url);
    const bind = async (name: string, given: string): Promise<void> => {
      if (this.down.has(url)) throw new Error('connect ECONNREFUSED');
      who = undefined;
      if (name === hubThere) {
        this.binds.push('hub');
        if (given !== this.hubPassword) throw windowsError('52e');
        who = name;
        return;
      }
      this.binds.push(name);
      if (this.breaks) throw new Error('Connection closed before message response was received');
      if (this.instead !== undefined) throw this.instead;
      const password = this.readsToNul ? (given.split('\0')[0] ?? '') : given;
      // RFC 4513 5.1.2: success, and nobody.
      if (password === '') return;
      const one = [...this.accounts.values()].find((each) => this.addressOf(each) === name);
      const refusal = this.refusal(one, password);
      if (refusal !== undefined) throw refusal;
      who = name;
    };
    const search = async (base: string, options: { filter?: Filter | string; attributes?: string[] } = {}) => {
      if (base !== '' && who === undefined) throw new LdapRefusal(1, '000004DC: a successful bind must be completed.');
      this.searches.push(base);
      const entries: Entry[] = [];
      if (base === '') entries.push({ dn: '', defaultNamingContext: domainBase });
      else if (this.rules.has(base))
        entries.push({
          dn: base,
          'msDS-LockoutThreshold': this.rules.get(base) ?? '',
          'msDS-LockoutObservationWindow': '-18000000000',
        });
      else if (options.filter === undefined || typeof options.filter === 'string') {
        if (base === domainBase)
          entries.push({ dn: base, lockoutThreshold: this.threshold ?? [], lockOutObservationWindow: '-18000000000' });
        for (const one of this.accounts.values())
          if (this.addressOf(one) === base) entries.push({ dn: base, ...this.entryOf(one) });
      } else {
        const { filter } = options;
        for (const one of this.accounts.values())
          if (matches(filter, this.entryOf(one))) entries.push({ dn: this.addressOf(one), ...this.entryOf(one) });
      }
      return { searchEntries: entries, searchReferences: [] };
    };
    return { bind, search, unbind: async () => {} } as LdapClient;
  };
}

export const domainProvider = (domain: Partial<PasswordDomain> = {}): Provider => ({
  id: 'hosp',
  connector: 'directoryPassword',
  name: { en: 'Computer password' },
  maximumAssurance: 'substantial',
  populations: [],
  order: 1,
  domain: {
    controllers: ['ldaps://dc1.test', 'ldaps://dc2.test'],
    tlsAuthorities: ['-'],
    base: domainBase,
    bindName: hubThere,
    sealedPassword: 'AAAA',
    principalSuffix: 'hosp.test',
    netbiosName: 'HOSP',
    alternates: [],
    organisation: 'hospital',
    assurance: 'low',
    ...domain,
  },
});

// The port of core/provisioning on an Active Directory: each step is one operation, and may be done twice.
import { AndFilter, Attribute, Change, type Client, EqualityFilter, OrFilter, PresenceFilter } from 'ldapts';
import { toFiletime } from '../../../base/filetime.ts';
import type { Random } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import {
  type AccountStep,
  type AccountTargetPort,
  type AccountView,
  type ActualAccount,
  afterStep,
  reconcileOrder,
  type StepAnswer,
  type TargetRefusal,
} from '../../../core/provisioning/index.ts';
import { checkDirectory } from './check.ts';
import { type DirectoryAccess, openConnection } from './connection.ts';
import { comparableName, escapeNameValue, isBelow } from './names.ts';
import {
  accountOfEntry,
  attributesToRead,
  cardAttribute,
  disabledFlag,
  flagsOf,
  type KeyNames,
  normalFlag,
} from './reading.ts';
import { codeOf, refusalDetail, refusalOf, resultCodes } from './refusal.ts';
import { randomPassword, unicodePassword } from './unicode-password.ts';

export interface ActiveDirectoryOptions extends DirectoryAccess, KeyNames {
  /** Root of the tree in which accounts are made. */
  readonly base: string;
  readonly random: Random;
  /** Controllers that applications ask: an account is ready when each of them has it. */
  readonly confirmOn?: readonly string[] | undefined;
}

export interface ActiveDirectory extends AccountTargetPort {
  readonly close: () => Promise<void>;
}

type Step<Kind extends AccountStep['kind']> = Extract<AccountStep, { kind: Kind }>;

/** The longest value of a cn (MS-ADSC: rangeUpper 64). */
const longestCommonName = 64;
/** Accounts of one key that are worth seeing: more than one is a matter for people. */
const mostOfOneKey = 20;
const replace = (type: string, ...values: string[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
const user = [
  new EqualityFilter({ attribute: 'objectCategory', value: 'person' }),
  new EqualityFilter({ attribute: 'objectClass', value: 'user' }),
];

export function openActiveDirectory(options: ActiveDirectoryOptions): ActiveDirectory {
  const { keyAttribute, markAttribute, base, random } = options;
  const connection = openConnection(options);
  const others = (options.confirmOn ?? []).map((url) => ({
    name: url,
    connection: openConnection({ ...options, controllers: [url] }),
  }));
  let domain: Promise<string> | undefined;
  /** Login names that this process is just asking for. */
  const tried = new Set<string>();

  /** Root of the domain: a login name is one in all of it, and so is whose an account is. */
  async function domainOf(client: Client): Promise<string> {
    domain ??= client
      .search('', { scope: 'base', attributes: ['defaultNamingContext'] })
      .then(({ searchEntries }) => String(searchEntries[0]?.['defaultNamingContext'] ?? base));
    return domain.catch((cause: unknown) => {
      domain = undefined;
      throw cause;
    });
  }

  const searchOptions = (view: AccountView) => ({
    scope: 'sub' as const,
    attributes: attributesToRead(options, view),
    explicitBufferAttributes: ['objectGUID', 'objectSid'],
  });

  /**
   * One question for both ways in which somebody may be there: the name that the hub gives its own, and the attribute of the key in the
   * whole domain, for an account may have been moved or renamed, or be another's. Each has an index (`check` says when the second has none).
   */
  async function find(client: Client, key: string, view: AccountView): Promise<readonly ActualAccount[]> {
    const either = ['cn', keyAttribute].map((attribute) => new EqualityFilter({ attribute, value: key }));
    const filter = new AndFilter({ filters: [new OrFilter({ filters: either }), ...user] });
    const found = await client.search(await domainOf(client), {
      ...searchOptions(view),
      filter,
      sizeLimit: mostOfOneKey,
    });
    const small = key.toLowerCase();
    return found.searchEntries
      .map((entry) => accountOfEntry(entry, options, view))
      .filter((one) => one.key.toLowerCase() === small || isBelow(one.address, base));
  }

  async function read(client: Client, address: string, view: AccountView): Promise<ActualAccount | undefined> {
    const found = await client.search(address, { ...searchOptions(view), scope: 'base' });
    return found.searchEntries.map((entry) => accountOfEntry(entry, options, view))[0];
  }

  /** Which of the names are some account's, by one question. */
  async function takenOf(client: Client, names: readonly string[], suffix: string): Promise<ReadonlySet<string>> {
    const filters = names.flatMap((name) => [
      new EqualityFilter({ attribute: 'sAMAccountName', value: name }),
      new EqualityFilter({ attribute: 'userPrincipalName', value: `${name}@${suffix}` }),
    ]);
    const attributes = ['sAMAccountName', 'userPrincipalName'];
    const found = await client.search(await domainOf(client), {
      scope: 'sub',
      filter: new OrFilter({ filters }),
      attributes,
    });
    const ends = `@${suffix.toLowerCase()}`;
    return new Set(
      found.searchEntries
        .flatMap((entry) => attributes.flatMap((name) => entry[name] ?? []))
        .map((value) => String(value).toLowerCase())
        .map((value) => (value.endsWith(ends) ? value.slice(0, -ends.length) : value)),
    );
  }

  /** The account's name in its container is its key: two makers of one account meet there, and only one of them makes it. */
  async function create(client: Client, step: Step<'create'>, view: AccountView): Promise<StepAnswer> {
    if (step.key.length > longestCommonName)
      return { kind: 'refused', reason: 'badValue', detail: `a key of ${step.key.length} letters` };
    const address = `CN=${escapeNameValue(step.key)},${step.container}`;
    const taken = await takenOf(client, step.loginNames, step.principalSuffix);
    for (const loginName of step.loginNames) {
      // Many who begin at once with one name would all go for the same next one, and all but one in vain.
      if (taken.has(loginName) || tried.has(loginName)) continue;
      tried.add(loginName);
      const principal = `${loginName}@${step.principalSuffix}`;
      try {
        await client.add(address, {
          objectClass: ['top', 'person', 'organizationalPerson', 'user'],
          sAMAccountName: loginName,
          userPrincipalName: principal,
          userAccountControl: String(normalFlag | disabledFlag),
          [keyAttribute]: step.key,
          [markAttribute]: step.mark,
          ...Object.fromEntries(Object.entries(step.attributes).map(([name, values]) => [name, [...values]])),
        });
      } catch (cause) {
        if (codeOf(cause) !== resultCodes.alreadyExists) throw cause;
        // Somebody has the login name, or the place: only the second is an account of this key.
        const [made, ...others] = await find(client, step.key, view);
        if (made === undefined) continue;
        if (made.mark !== step.mark || made.key !== step.key || others.length > 0)
          return { kind: 'refused', reason: 'notAllowed', detail: 'it is another’s account' };
        return { kind: 'done', account: made };
      } finally {
        tried.delete(loginName);
      }
      return { kind: 'done', account: await read(client, address, view) };
    }
    return { kind: 'refused', reason: 'namesTaken', detail: `${step.loginNames.length} names are taken` };
  }

  /** All flags but the one that closes stay as an administrator set them. */
  async function toAccount(client: Client, step: Exclude<AccountStep, { kind: 'create' }>, account: ActualAccount) {
    const { address } = account;
    switch (step.kind) {
      case 'setPassword':
        return client.modify(
          address,
          new Change({
            operation: 'replace',
            modification: new Attribute({ type: 'unicodePwd', values: [unicodePassword(randomPassword(random))] }),
          }),
        );
      case 'change':
        return client.modify(
          address,
          Object.entries(step.attributes).map(([name, values]) => replace(name, ...values)),
        );
      case 'move':
        return client.modifyDN(address, `${firstPart(address)},${step.container}`);
      case 'addGroup':
        return member(client, 'add', step.group, address);
      case 'removeGroup':
        return member(client, 'delete', step.group, address);
      case 'mapCard':
        return card(client, 'add', step.mapping, address);
      case 'unmapCard':
        return card(client, 'delete', step.mapping, address);
      case 'enable':
        return client.modify(address, [
          replace('accountExpires', toFiletime(step.until)),
          replace('userAccountControl', String((flagsOf(account) & ~disabledFlag) | normalFlag)),
        ]);
      case 'extend':
        return client.modify(address, replace('accountExpires', toFiletime(step.until)));
      case 'disable':
        return client.modify(address, replace('userAccountControl', String(flagsOf(account) | disabledFlag)));
      case 'delete':
        return client.del(address).catch(unless(resultCodes.noSuchObject));
    }
  }

  /** Being in already, or out already, is done (RFC 4511 4.6; a directory says 68, 20, 16 or 53). */
  const member = (client: Client, operation: 'add' | 'delete', group: string, address: string): Promise<void> =>
    client
      .modify(group, new Change({ operation, modification: new Attribute({ type: 'member', values: [address] }) }))
      .catch(
        operation === 'add'
          ? unless(resultCodes.alreadyExists, resultCodes.exists)
          : unless(resultCodes.noSuchAttribute, resultCodes.unwilling),
      );

  /** One value and no other: what somebody else wrote beside it stays. */
  const card = (client: Client, operation: 'add' | 'delete', mapping: string, address: string): Promise<void> =>
    client
      .modify(
        address,
        new Change({ operation, modification: new Attribute({ type: cardAttribute, values: [mapping] }) }),
      )
      .catch(unless(operation === 'add' ? resultCodes.exists : resultCodes.noSuchAttribute));

  /** A card that two accounts are known by opens neither: the domain refuses it. */
  async function takenByOther(client: Client, mapping: string, address: string): Promise<boolean> {
    const filter = new EqualityFilter({ attribute: cardAttribute, value: mapping });
    const { searchEntries } = await client.search(await domainOf(client), {
      scope: 'sub',
      filter,
      attributes: ['cn'],
      sizeLimit: mostOfOneKey,
    });
    return searchEntries.some(({ dn }) => comparableName(dn) !== comparableName(address));
  }

  return {
    find: (key, view) => connection.use((client) => find(client, key, view)),
    step: (step, account, view) =>
      connection.use(async (client) => {
        try {
          if (step.kind === 'create') return await create(client, step, view);
          if (account === undefined)
            throw new Problem({ kind: 'internal', code: 'internal', detail: `${step.kind} of none` });
          if (step.kind === 'mapCard' && (await takenByOther(client, step.mapping, account.address)))
            return { kind: 'refused', reason: 'cardTaken', detail: 'another account is known by the card' } as const;
          await toAccount(client, step, account);
          if (step.kind === 'delete') return { kind: 'done', account: undefined } as const;
          // The directory said that it is done: to ask after each step how the account is now would double the work.
          const next = afterStep(account, step);
          if (step.kind !== 'move') return { kind: 'done', account: next } as const;
          return {
            kind: 'done',
            account: { ...next, address: `${firstPart(account.address)},${step.container}` },
          } as const;
        } catch (cause) {
          const reason = refusalOf(cause, missing(step));
          if (reason === undefined) throw codeOf(cause) === undefined ? cause : unavailable(cause);
          return { kind: 'refused', reason, detail: refusalDetail(cause) } as const;
        }
      }),
    /** Accounts of ours are those of who logged in lately, so they fit in memory: directories sort only little. */
    async *all(view) {
      const accounts: ActualAccount[] = [];
      await connection.use(async (client) => {
        const filter = new AndFilter({ filters: [...user, new PresenceFilter({ attribute: markAttribute })] });
        const pages = client.searchPaginated(base, { ...searchOptions(view), filter, paged: { pageSize: 500 } });
        for await (const { searchEntries } of pages)
          accounts.push(...searchEntries.map((entry) => accountOfEntry(entry, options, view)));
      });
      yield* accounts.filter(({ mark }) => mark?.startsWith('tillit:')).sort(reconcileOrder);
    },
    witnesses: others.map(({ name, connection: other }) => ({
      name,
      find: (key, view) => other.use((client) => find(client, key, view)),
    })),
    async check(written = []) {
      const faults = await connection.use((client) => checkDirectory(client, options, written));
      const elsewhere = await Promise.all(
        others.map(async ({ name, connection: other }) => {
          const why = await other.use(domainOf).then(
            () => undefined,
            (cause: unknown) => (cause instanceof Error ? cause.message : 'no answer'),
          );
          return why === undefined ? [] : [{ what: name, why }];
        }),
      );
      return [...faults, ...elsewhere.flat()];
    },
    async close() {
      await Promise.all([connection, ...others.map(({ connection: other }) => other)].map(({ close }) => close()));
    },
  };
}

/** What a missing object means for a step: its group, or the place where it is to lie. */
const missing = ({ kind }: AccountStep): TargetRefusal =>
  kind === 'addGroup' || kind === 'removeGroup' ? 'groupMissing' : 'containerMissing';

const firstPart = (address: string): string => /^(?:\\.|[^\\,])*/.exec(address)?.[0] ?? address;

const unless =
  (...codes: readonly number[]) =>
  (cause: unknown): void => {
    if (!codes.includes(codeOf(cause) ?? -1)) throw cause;
  };

const unavailable = (cause: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the directory: ${refusalDetail(cause)}`, cause });

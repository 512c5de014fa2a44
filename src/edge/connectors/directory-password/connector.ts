// The connector: whom the name means, whether a try may be made, the bind that proves it, and whether the account may come in.
import type { EpochMs } from '../../../base/clock.ts';
import { newId, systemRandom, tokenHash } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { Secret } from '../../../base/secret.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { addressKey, addressLimitOf, type LoginTry } from '../../../core/directory/index.ts';
import type { ConnectorAnswer, PageConnector, Refused, Reply } from '../../../core/journey/index.ts';
import { lowerOf } from '../../../wire/codes/index.ts';
import {
  accountOf,
  attributesFor,
  type DomainAccount,
  guidOf,
  isLocked,
  type StandingCheck,
  standingChecks,
  subjectsOf,
} from './account.ts';
import { domainLockOut, holdOf, type LockOut, lockOutFor, ownLockOut, secondsToWait } from './lock-out.ts';
import type { DirectoryPasswordPorts, LdapClient } from './ports.ts';
import { type DomainProvider, reacher } from './reach.ts';
import { codeOf, invalidCredentials, meaningOf, subCodeOf } from './sub-code.ts';
import { turns } from './turns.ts';
import { filterOf, spellingOf, type Typed, type TypedCheck, typedChecks, wantedName } from './typed.ts';

type FormReply = Extract<Reply, { kind: 'form' }>;
type Detail = Readonly<Record<string, unknown>>;

const fields = [
  { name: 'username', type: 'text' },
  { name: 'password', type: 'password' },
] as const;

/** Logins that one hub has under way at directories. */
const mostAtOnce = 64;
/** noSuchObject, invalidDNSyntax: some directories say so of a name that nobody has. */
const nobodyThere: readonly number[] = [32, 34];
/** The lock-out of a domain is read again after so long. */
const lockOutMs = 5 * 60_000;

/** The checks are an argument so that a test can drop one. */
export function directoryPasswordConnector(
  ports: DirectoryPasswordPorts,
  checks: { readonly typed: readonly TypedCheck[]; readonly standing: readonly StandingCheck[] } = {
    typed: typedChecks,
    standing: standingChecks,
  },
): PageConnector {
  const reach = reacher(ports);
  const inTurn = turns();
  const lockOuts = new WeakMap<object, { readonly of: LockOut | undefined; readonly until: EpochMs }>();
  /** Failures of the hub's own, which say nothing of a directory. */
  const ours = new WeakSet<object>();
  let underWay = 0;

  const own = <Answer>(work: Promise<Answer>): Promise<Answer> =>
    work.catch((cause: unknown) => {
      if (cause instanceof Object) ours.add(cause);
      throw cause;
    });

  /** Each login on a connection of its own, which ends with it. */
  async function login(provider: DomainProvider, typed: Typed, reply: FormReply, now: EpochMs) {
    const reached = await reach(provider, now);
    if (reached.kind === 'away') return unavailable({ controllers: reached.why });
    const { client } = reached;
    try {
      return await ask(client, provider, typed, reply, now);
    } catch (cause) {
      if (cause instanceof Object && ours.has(cause)) throw cause;
      // What broke in between may have been counted there: no other controller is tried with the same password.
      return unavailable({ ldapResult: codeOf(cause) ?? 'none' });
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  async function ask(
    client: LdapClient,
    provider: DomainProvider,
    typed: Typed,
    reply: FormReply,
    now: EpochMs,
  ): Promise<ConnectorAnswer> {
    const wanted = wantedName(typed.username, provider.domain);
    const search = async (): Promise<DomainAccount | 'account' | 'severalAccounts'> => {
      // The same question for a name that cannot be anybody's.
      const filter = filterOf(wanted ?? { account: newId(now, systemRandom) });
      const found = await client.search(provider.domain.base, {
        scope: 'sub',
        filter,
        attributes: attributesFor(provider),
        explicitBufferAttributes: ['objectGUID'],
      });
      const [entry, another] = found.searchEntries;
      if (another !== undefined) return 'severalAccounts';
      return (entry && wanted && accountOf(entry)) ?? 'account';
    };
    const first = await search();
    const name = typeof first === 'string' ? `name ${spellingOf(typed.username, wanted)}` : `account ${first.id}`;
    // It may be a password that was typed into the wrong field: nothing of it is kept.
    const key = tokenHash(`domain ${provider.id} ${name}`).slice(0, 22);
    const answer = await inTurn(key, async (waited) =>
      attempt({ client, provider, typed, reply, now, key, found: waited ? await search() : first }),
    );
    return answer ?? { kind: 'refused', reason: 'tooMany' };
  }

  async function attempt(one: {
    readonly client: LdapClient;
    readonly provider: DomainProvider;
    readonly typed: Typed;
    readonly reply: FormReply;
    readonly now: EpochMs;
    readonly key: string;
    readonly found: DomainAccount | 'account' | 'severalAccounts';
  }): Promise<ConnectorAnswer> {
    const { client, provider, typed, found, now } = one;
    const known = typeof found === 'string' ? undefined : found;
    const lockOut = await lockOutOf(client, provider, known, now);
    if (lockOut?.afterFailures === 1) return unavailable({ cause: 'the domain locks at the first wrong password' });
    const attempted: LoginTry = {
      account: one.key,
      address: addressKey(one.reply.ip),
      addressLimit: addressLimitOf(ports.networkOf(one.reply.ip)?.organisation !== undefined),
      hold: holdOf(lockOut),
      now,
    };
    const pass = await own(ports.throttle.ask(attempted));
    if (pass.kind !== 'go')
      return delayed(pass.kind === 'accountDelayed' ? 'password.delayed' : 'password.addressDelayed', pass.seconds);
    if (known !== undefined && isLocked(known)) {
      await startAnew(attempted);
      return refused('directory.locked', { cause: 'lockedThere' });
    }
    const seconds = known === undefined ? 0 : secondsToWait(known, lockOut, now);
    if (seconds > 0) return delayed('password.delayed', seconds);

    const proof = await prove(client, provider, typed.password, known, now);
    if (proof.kind === 'refused') {
      if (proof.right) await own(ports.throttle.succeeded(attempted, pass));
      else if (proof.answer.reason === 'directory.locked') await startAnew(attempted);
      return known === undefined && proof.answer.reason !== 'directory.unavailable'
        ? refused('password.wrong', { cause: found })
        : proof.answer;
    }
    if (known === undefined) return refused('password.wrong', { cause: found });
    await own(ports.throttle.succeeded(attempted, pass));
    const failed = checks.standing.find(({ test }) => !test(known, now));
    if (failed !== undefined) return refused(failed.reason, { check: failed.name, clause: failed.clause });
    return evidenceOf(provider, known, now);
  }

  /** The domain has locked the account: when it opens it, nothing of before counts there or here. The address stays counted. */
  const startAnew = (attempted: LoginTry): Promise<void> =>
    own(ports.throttle.succeeded(attempted, { kind: 'go', firstHere: false }));

  /** Binds as the account, or for a name that is nobody's as one that is not there: the same work and the same time. */
  async function prove(
    client: LdapClient,
    { domain }: DomainProvider,
    password: Secret<string>,
    known: DomainAccount | undefined,
    now: EpochMs,
  ): Promise<{ kind: 'right' } | { kind: 'refused'; right: boolean; answer: Refused }> {
    const name = known?.address ?? `CN=${newId(now, systemRandom)},${domain.base}`;
    try {
      await client.bind(name, password.reveal());
    } catch (cause) {
      const code = codeOf(cause);
      if (code === undefined) throw cause;
      // No refusal of the name or the password (busy, a referral, stronger protection wanted): nothing is known of either.
      if (code !== invalidCredentials && !(known === undefined && nobodyThere.includes(code)))
        return { kind: 'refused', right: false, answer: unavailable({ ldapResult: code }) };
      const windowsError = subCodeOf(cause);
      const meaning = meaningOf(windowsError);
      return meaning === undefined
        ? { kind: 'refused', right: false, answer: refused('password.wrong', { cause: 'password', windowsError }) }
        : { kind: 'refused', right: meaning.right, answer: refused(meaning.reason, { windowsError }) };
    }
    // Who is bound now can see the account: nobody at all, whom RFC 4513 5.1.2 lets bind, cannot.
    const seen = known && (await ownEntry(client, known.address));
    if (seen === undefined || seen !== known?.id)
      return { kind: 'refused', right: false, answer: refused('password.wrong', { cause: 'boundAsNobody' }) };
    return { kind: 'right' };
  }

  async function lockOutOf(
    client: LdapClient,
    { domain }: DomainProvider,
    account: DomainAccount | undefined,
    now: EpochMs,
  ): Promise<LockOut | undefined> {
    let kept = lockOuts.get(domain);
    if (kept === undefined || kept.until <= now) {
      kept = { of: await domainLockOut(client), until: now + lockOutMs };
      lockOuts.set(domain, kept);
    }
    if (account?.rules === undefined) return lockOutFor(kept.of, domain.lockOut);
    // Its own rules stand instead of the domain's; where they cannot be read, nothing is known of them.
    return lockOutFor(await ownLockOut(client, account.rules), domain.lockOut);
  }

  function evidenceOf(provider: DomainProvider, account: DomainAccount, now: EpochMs): ConnectorAnswer {
    const subjects = subjectsOf(account, provider);
    if (subjects === undefined)
      return { kind: 'refused', reason: 'upstream.subject', detail: { attribute: provider.domain.subject?.attribute } };
    const [subject, ...alternates] = subjects;
    return {
      kind: 'proven',
      evidence: {
        id: ports.newId(),
        connector: 'directoryPassword',
        provider: provider.id,
        subject,
        alternates,
        methods: ['pwd'], // RFC 8176
        assurance: lowerOf(provider.domain.assurance, provider.maximumAssurance),
        provenAt: now,
        ...(account.displayName === undefined ? {} : { displayName: account.displayName }),
      },
    };
  }

  return {
    kind: 'directoryPassword',
    begin: () => ({ kind: 'form', fields }),
    async reply(given, reply, now) {
      if (reply.kind !== 'form') return refused('password.wrong', { cause: 'noForm' });
      const provider = withDomain(given);
      const { username = '', password = '' } = reply.fields;
      const typed: Typed = { username, password: new Secret(password) };
      const failed = checks.typed.find(({ test }) => !test(typed));
      if (failed !== undefined) return refused('password.wrong', { check: failed.name, clause: failed.clause });
      if (underWay >= mostAtOnce) return { kind: 'refused', reason: 'tooMany' };
      underWay += 1;
      try {
        return await login(provider, typed, reply, now);
      } finally {
        underWay -= 1;
      }
    },
  };
}

async function ownEntry(client: LdapClient, address: string): Promise<string | undefined> {
  try {
    const { searchEntries } = await client.search(address, {
      scope: 'base',
      attributes: ['objectGUID'],
      explicitBufferAttributes: ['objectGUID'],
    });
    return searchEntries[0] && guidOf(searchEntries[0]);
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    return undefined;
  }
}

const refused = (reason: Refused['reason'], detail: Detail): Refused => ({ kind: 'refused', reason, detail });
const unavailable = (detail: Detail): Refused => refused('directory.unavailable', detail);
const delayed = (reason: 'password.delayed' | 'password.addressDelayed', seconds: number): Refused => ({
  kind: 'refused',
  reason,
  params: { seconds },
});

function withDomain(provider: Provider): DomainProvider {
  const { domain } = provider;
  if (domain === undefined)
    throw new Problem({ kind: 'internal', code: 'internal', detail: `${provider.id} has no domain` });
  return { ...provider, domain };
}

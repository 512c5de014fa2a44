// What keeps an organisation's own directory from proving its people, in words for who sets it up; and how its lock-out and ours stand.
import type { Entry } from 'ldapts';
import type { DomainIdentity } from '../../../core/catalogue/index.ts';
import { accountOf, attributesFor, type DomainAccount, keyOf } from './account.ts';
import { carefulLockOut, domainLockOut, holdOf, type LockOut, lockOutFor, ownRules } from './lock-out.ts';
import type { DirectoryPasswordPorts, LdapClient } from './ports.ts';
import type { DomainProvider } from './reach.ts';
import { codeOf, invalidCredentials, subCodeOf } from './sub-code.ts';

export interface DomainFinding {
  readonly what: string;
  readonly why: string;
  /** It works all the same: what an administrator has to know. */
  readonly note?: true;
}

export interface DomainCheckPorts extends Pick<DirectoryPasswordPorts, 'connect' | 'openSecret'> {
  /** Why a controller was not reached, in words. */
  readonly explain: (thrown: unknown) => string;
}

/** So many people are looked at for what the hub has to read of everybody. */
const sample = 50;

/** Asks each controller as the hub does, with the hub's own name alone; nobody's password is tried, and nothing is changed. */
export async function checkDomain(
  provider: DomainProvider,
  { connect, openSecret, explain }: DomainCheckPorts,
): Promise<readonly DomainFinding[]> {
  const { domain } = provider;
  const secret = openSecret(provider.id, domain.sealedPassword);
  if (secret === undefined || secret.reveal() === '')
    return [{ what: 'passwordFile', why: 'its sealed password cannot be opened: apply its record again' }];
  const findings: DomainFinding[] = [];
  let isLooked = false;
  for (const url of domain.controllers) {
    const client = connect(url, domain.tlsAuthorities);
    try {
      await client.bind(domain.bindName, secret.reveal());
      // What stands in the domain is the same on each; that each answers is not.
      if (!isLooked) findings.push(...(await lookInside(client, provider)));
      isLooked = true;
    } catch (thrown) {
      if (codeOf(thrown) === invalidCredentials) {
        const code = subCodeOf(thrown);
        const said = code === undefined ? '' : ` (${code})`;
        const why = `${url} does not take this name with the hub’s password${said}: apply the record with the right one. No other controller was asked, so that nobody locks the hub out`;
        return [...findings, { what: domain.bindName, why }];
      }
      findings.push({ what: url, why: explain(thrown) });
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }
  return findings;
}

async function lookInside(client: LdapClient, provider: DomainProvider): Promise<DomainFinding[]> {
  const { base, lockOut: written } = provider.domain;
  const people = await peopleBelow(client, provider);
  if (people === undefined) return [{ what: base, why: 'there is no such place, or the hub may not see it' }];
  const accounts = people.flatMap((entry) => accountOf(entry) ?? []);
  const empty = { what: base, why: 'the hub sees no people there: nobody can log in' };
  const read = await domainLockOut(client);
  return [
    ...(accounts.length === 0 ? [empty] : readable(accounts, provider)),
    ...lockOutFindings(read, written),
    ...(await ownRuleFindings(client, lockOutFor(read, written))),
  ];
}

/** Some people below the base; undefined when there is no such place. */
async function peopleBelow(client: LdapClient, provider: DomainProvider): Promise<readonly Entry[] | undefined> {
  const { base } = provider.domain;
  try {
    const place = await client.search(base, { scope: 'base', attributes: ['objectClass'] });
    if (place.searchEntries.length === 0) return undefined;
    const found = await client.search(base, {
      scope: 'sub',
      filter: '(&(objectCategory=person)(objectClass=user))',
      attributes: attributesFor(provider),
      explicitBufferAttributes: ['objectGUID'],
      sizeLimit: sample,
    });
    return found.searchEntries;
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) return undefined;
    throw thrown;
  }
}

function readable(accounts: readonly DomainAccount[], provider: DomainProvider): DomainFinding[] {
  const findings: DomainFinding[] = [];
  if (!accounts.some(({ flags }) => flags !== 0))
    findings.push({
      what: 'userAccountControl',
      why: 'the hub may not read it: it would let in accounts that are closed, so grant it',
    });
  if (!accounts.some(({ wrong }) => wrong !== undefined))
    findings.push({
      what: 'badPwdCount',
      why: 'the hub may not read it: wrong passwords that were typed at computers are not counted, and with them somebody may be locked',
      note: true,
    });
  const { subject, alternates } = provider.domain;
  const holders = (one: DomainIdentity): number => accounts.filter((each) => keyOf(each, one) !== undefined).length;
  const without = (one: DomainIdentity) =>
    `of ${accounts.length} people that were looked at, none has a value of ${one.namespace} that begins with ${one.prefix}`;
  if (subject !== undefined && holders(subject) === 0)
    findings.push({ what: subject.attribute, why: `${without(subject)}: nobody of them can log in` });
  for (const one of alternates)
    if (holders(one) === 0) findings.push({ what: one.attribute, why: without(one), note: true });
  return findings;
}

const minutes = (seconds: number): string => `${Math.ceil(seconds / 60)} minutes`;

/** The domain's threshold and ours below it. `read`: undefined where the hub may not read the domain's. */
export function lockOutFindings(read: LockOut | undefined, written: LockOut | undefined): DomainFinding[] {
  const lockOut = lockOutFor(read, written);
  const hold = holdOf(lockOut);
  const what = 'lock-out';
  if (lockOut === undefined || hold === undefined)
    return [{ what, why: 'the domain locks nobody; the hub slows wrong passwords down as everywhere', note: true }];
  if (hold.afterFailures < 1)
    return [
      { what, why: 'the domain locks at the first wrong password: no login can be offered with that, so raise it' },
    ];
  const whose =
    read === undefined
      ? `the hub may not read the domain’s, so it takes ${written === undefined ? 'the careful case' : '`lockOut` of the record'}`
      : `the domain locks after ${read.afterFailures} wrong passwords in ${minutes(read.windowSeconds)}`;
  const lower =
    read !== undefined && read.afterFailures !== lockOut.afterFailures ? ', and `lockOut` of the record is lower' : '';
  const held = `the hub stops after ${hold.afterFailures}, for ${minutes(hold.seconds)}`;
  return [{ what, why: `${whose}${lower}: ${held}`, note: true }];
}

/** Password rules that some people have of their own (MS-ADTS 3.1.1.4.5.36) with a lower threshold than everybody's. */
async function ownRuleFindings(client: LdapClient, usual: LockOut | undefined): Promise<DomainFinding[]> {
  const rules = await ownRules(client);
  // Who may not see them sees none: a domain says the same of both.
  if (rules === undefined || rules.length === 0)
    return [
      {
        what: 'msDS-PasswordSettings',
        why: `the hub sees none: if some people have password rules of their own, let it read them. Until then whoever has is stopped after ${carefulLockOut.afterFailures - 1} wrong passwords`,
        note: true,
      },
    ];
  return rules.flatMap(({ name, lockOut }) => {
    if (lockOut.afterFailures === 1)
      return [{ what: name, why: 'it locks at the first wrong password: whoever it is for cannot log in here' }];
    if (lockOut.afterFailures === 0 || (usual !== undefined && lockOut.afterFailures >= usual.afterFailures)) return [];
    return [
      {
        what: name,
        why: `whoever it is for is stopped after ${lockOut.afterFailures - 1} wrong passwords`,
        note: true as const,
      },
    ];
  });
}

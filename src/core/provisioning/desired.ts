// From rules, logins and a person to the one account that the person is to have in a target.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { AccountTarget } from '../catalogue/account-target.ts';
import { holds, type PersonFacts, shownName } from '../directory/directory.ts';
import type { DesiredAccount } from './account.ts';
import { cardMapping, mappingsOf } from './card-mapping.ts';
import { fittedValue } from './fit-value.ts';
import { type AccountGrant, grantsThatHold, type KnownCard, rulesFor } from './grant.ts';
import { loginNamesOf } from './login-name.ts';
import { fillTemplate, type TemplateValues } from './template.ts';

const newest = (a: AccountGrant, b: AccountGrant): number => b.grantedAt - a.grantedAt;

/** What the hub writes into the mark of an account of its own. */
export const markOf = (person: string): string => `tillit:${person}`;

export const isMark = (mark: string | undefined): boolean => mark?.startsWith(markOf('')) === true;

export interface DesiredFacts {
  readonly target: AccountTarget;
  /** All rules, by id. */
  readonly rules: ReadonlyMap<string, AccountRule>;
  /** Every login that was counted for this account, ended ones too: the last tells when it closed. */
  readonly grants: readonly AccountGrant[];
  readonly person: PersonFacts;
  /** Every card that was ever used for this account. */
  readonly cards?: readonly KnownCard[] | undefined;
  /** The person's identity in the target's namespace: the stable key. */
  readonly key: string;
}

/** Why somebody gets no account: said to the person and in the trail. */
export type NoAccount = 'noName' | 'noContainer';

export type Desired =
  | { readonly kind: 'account'; readonly account: DesiredAccount }
  | { readonly kind: 'none'; readonly reason: NoAccount };

/**
 * The account as the rules want it at `now`. Attributes of the newest login's rule win over those of older ones, so that the account
 * says what its holder does now; groups are those of every rule that holds; it is open as long as the longest. A closed person's
 * account is closed, whatever holds.
 */
export function desiredAccount(
  { target, rules, grants, person, key, cards = [] }: DesiredFacts,
  now: EpochMs,
): Desired {
  const holding = person.person.closed
    ? []
    : grantsThatHold(grants, rules, now).filter((grant) => stillGiven(rules.get(grant.rule), grant, person, now));
  const lastEnd = Math.max(0, ...grants.map(({ until }) => Math.min(until, now)));
  const until = Math.max(lastEnd, ...holding.map((grant) => grant.until));
  const described = [...holding].sort(newest)[0] ?? [...grants].sort(newest).find(({ rule }) => rules.has(rule));
  const describing = described && rules.get(described.rule);
  // A closed account stays where it is: who had one by a rule that is gone loses it all the same.
  if (describing === undefined && grants.length === 0) return { kind: 'none', reason: 'noContainer' };

  const loginNames = loginNamesOf(target.loginName, { ...person.person, id: key });
  if (loginNames.length === 0) return { kind: 'none', reason: 'noName' };

  const holdingRules = [...new Set(holding.map(({ rule }) => rule))].sort();
  const attributes: Record<string, readonly string[]> = {};
  for (const grant of [...holding].sort(newest).reverse()) {
    const values = valuesFor(person, grant, key);
    for (const { name, value } of rules.get(grant.rule)?.attributes ?? []) {
      const text = fillTemplate(value, values);
      attributes[name] = text === undefined ? [] : [fittedValue(name, text)];
    }
  }
  return {
    kind: 'account',
    account: {
      target: target.id,
      person: person.person.id,
      key,
      mark: markOf(person.person.id),
      loginNames,
      principalSuffix: target.principalSuffix,
      container: describing?.container ?? '',
      attributes,
      groups: [...new Set(holdingRules.flatMap((id) => rules.get(id)?.groups ?? []))],
      ...(cards.length === 0 ? {} : cardsOf(cards, holding, rules, now)),
      until,
      deleteFrom: until + target.deleteAfterDays * dayMs,
      rules: holdingRules,
      ...(target.service && { without: target.service.endAttribute ? ['password'] : ['password', 'end'] }),
    },
  };
}

/** Cards of the logins that hold open the account while they are good themselves; all that were ever used are the hub's to take away. */
function cardsOf(
  cards: readonly KnownCard[],
  holding: readonly AccountGrant[],
  rules: ReadonlyMap<string, AccountRule>,
  now: EpochMs,
): Pick<DesiredAccount, 'cardMappings' | 'ownCardMappings'> {
  const leafOf = ({ chain }: KnownCard): Buffer => Buffer.from(chain[0] ?? '', 'base64');
  const wanted = holding.flatMap(({ rule, card: fingerprint }) => {
    const mapping = rules.get(rule)?.cardMapping;
    const card = cards.find((one) => one.fingerprint === fingerprint);
    if (mapping === undefined || card === undefined || card.ended || card.notAfter <= now) return [];
    if (!mapping.populations.includes(card.population)) return [];
    return cardMapping(mapping.form, leafOf(card)) ?? [];
  });
  return {
    cardMappings: [...new Set(wanted)],
    ownCardMappings: [...new Set(cards.flatMap((card) => mappingsOf(leafOf(card))))],
  };
}

/**
 * The assignment that a login was made in must still be held, and the rule must still be one for it as it is now: who leaves it, or
 * is moved with it to another organisation or role, loses what it gave (K8).
 */
function stillGiven(
  rule: AccountRule | undefined,
  { application, assignment: id }: AccountGrant,
  { assignments }: PersonFacts,
  now: EpochMs,
): boolean {
  const assignment = assignments.find((one) => one.id === id && holds(one, now));
  if (rule === undefined || (id !== undefined && assignment === undefined)) return false;
  return rulesFor([rule], { application, assignment }).length > 0;
}

/** What a rule may say of somebody in the assignment of a login. A protected person is named by initials everywhere (K11). */
function valuesFor(facts: PersonFacts, grant: AccountGrant, key: string): TemplateValues {
  const { person } = facts;
  const assignment = facts.assignments.find(({ id }) => id === grant.assignment);
  const initial = (name: string): string => `${[...name][0] ?? ''}.`;
  return {
    givenName: person.protectedIdentity ? initial(person.givenName) : person.givenName,
    familyName: person.protectedIdentity ? initial(person.familyName) : person.familyName,
    displayName: shownName(person),
    id: key,
    ...(assignment && {
      organisation: facts.organisations.get(assignment.organisation)?.name ?? '',
      unit: assignment.unit === undefined ? '' : (facts.units.get(assignment.unit)?.name ?? ''),
      title: assignment.title ?? '',
      role: assignment.role,
    }),
  };
}

/** Everything that rules of a target write: what lies outside is nobody's business of ours. */
export function ownedBy(
  target: string,
  rules: Iterable<AccountRule>,
): { readonly attributes: readonly string[]; readonly groups: readonly string[] } {
  const own = [...rules].filter((rule) => rule.target === target);
  return {
    attributes: [...new Set(own.flatMap((rule) => rule.attributes.map(({ name }) => name)))],
    groups: [...new Set(own.flatMap(({ groups }) => groups))],
  };
}

// What a login asks for: the accounts that its application needs, whether they are there, and the rows that ask.
import type { EpochMs } from '../../base/clock.ts';
import type { AccountReason } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { Write } from '../commit/commit.ts';
import type { Assignment, HeldAccount, PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import { addToOutbox, hasten } from '../outbox/index.ts';
import { type AccountCard, rulesFor } from './grant.ts';

/** What a journey asked for, and what became of it. */
export interface AskedAccount {
  readonly rule: string;
  readonly assignment?: string | undefined;
  readonly askedAt: EpochMs;
  readonly answer: 'waiting' | 'ready' | AccountReason;
}

/** What a login looks at; absent where the application needs no account. */
export interface AccountFacts {
  /** Open rules that name the application. */
  readonly rules: readonly AccountRule[];
  /** By this journey. */
  readonly asked: readonly AskedAccount[];
}

/** How long a login waits for an account before it says so. */
export const longestWaitMs = 60_000;

export type Readiness =
  | { readonly kind: 'ready' }
  /** `toAsk`: rules that nobody asked for yet. */
  | { readonly kind: 'waiting'; readonly toAsk: readonly AccountRule[]; readonly since?: EpochMs | undefined }
  | { readonly kind: 'refused'; readonly reason: AccountReason };

/** Whether all accounts that a login in this assignment needs are there. */
export function readiness(
  { rules, asked }: AccountFacts,
  opening: { readonly application: string; readonly assignment?: Assignment | undefined },
  now: EpochMs,
): Readiness {
  const needed = rulesFor(rules, opening);
  const ofRule = ({ id }: AccountRule): AskedAccount | undefined =>
    asked.find(({ rule, assignment }) => rule === id && assignment === opening.assignment?.id);
  const toAsk = needed.filter((rule) => ofRule(rule) === undefined);
  const answers = needed.flatMap((rule) => ofRule(rule) ?? []);
  for (const { answer } of answers)
    if (answer !== 'waiting' && answer !== 'ready') return { kind: 'refused', reason: answer };
  const waiting = answers.filter(({ answer }) => answer === 'waiting');
  if (waiting.some(({ askedAt }) => now - askedAt >= longestWaitMs)) return { kind: 'refused', reason: 'account.late' };
  if (toAsk.length === 0 && waiting.length === 0) return { kind: 'ready' };
  return { kind: 'waiting', toAsk, since: waiting[0]?.askedAt };
}

/** The account of a target that is open at `now` and a while longer. */
export const isOpen = ({ until }: HeldAccount, now: EpochMs, whileMs = 60_000): boolean => now + whileMs < until;

/** True when a person's accounts are open already: for a login that may not wait. */
export const allOpen = (
  { rules }: AccountFacts,
  opening: { readonly application: string; readonly assignment?: Assignment | undefined },
  accounts: readonly HeldAccount[],
  now: EpochMs,
): boolean =>
  rulesFor(rules, opening).every(({ target }) =>
    accounts.some((account) => account.target === target && isOpen(account, now)),
  );

/** The account that stands behind an application, of the first rule that gives one for this login. */
export function accountBehind(
  rules: Iterable<AccountRule>,
  { application, assignment }: { readonly application: string; readonly assignment?: string | undefined },
  { assignments, accounts = [] }: PersonFacts,
): HeldAccount | undefined {
  const held = assignments.find(({ id }) => id === assignment);
  const targets = rulesFor(rules, { application, assignment: held }).map(({ target }) => target);
  return accounts.find(({ target }) => targets.includes(target));
}

/** Whose login asks, and by which step of it. */
export interface Asking {
  readonly journey: string;
  readonly reference: string;
  readonly person: string;
  readonly application: string;
  readonly assignment?: string | undefined;
  /** The card that the login was made with. */
  readonly card?: AccountCard | undefined;
  readonly now: EpochMs;
}

/** The card, for a rule that wants the account to know it. */
export const cardFor = ({ cardMapping }: AccountRule, { card }: Asking): AccountCard | undefined =>
  card !== undefined && cardMapping?.populations.includes(card.population) ? card : undefined;

/** Of the proofs that a login counts, the newest card; what stands on a device is none. */
export const cardBehind = (evidence: readonly Evidence[]): AccountCard | undefined =>
  evidence
    .filter(({ certificate }) => certificate !== undefined && certificate.derived === undefined)
    .sort((a, b) => b.provenAt - a.provenAt)
    .flatMap(({ certificate }) => {
      if (certificate === undefined) return [];
      const { fingerprint, population, chain, notAfter, card } = certificate;
      return [{ fingerprint, population, chain, notAfter, ...(card && { card: card.id }) }];
    })[0];

/** The key under which all work on one account is done in order. */
export const accountKey = (target: string, person: string): string => `account ${target} ${person}`;

/** Asks for accounts by rules: the grants, and the work that brings them about. The same question twice is one. */
export const askForAccounts = (rules: readonly AccountRule[], asking: Asking): readonly Write[] => [
  ...rules.map((rule): Write => {
    const id = [asking.journey, rule.id, asking.assignment ?? ''].join(' ');
    return {
      kind: 'account.ask',
      entity: `account grant ${id}`,
      row: {
        id,
        target: rule.target,
        person: asking.person,
        journey: asking.journey,
        rule: rule.id,
        application: asking.application,
        assignment: asking.assignment ?? null,
        reference: asking.reference,
        card: cardFor(rule, asking)?.fingerprint ?? null,
        grantedAt: asking.now,
        until: asking.now + rule.lifetimeSeconds * 1000,
      },
    };
  }),
  ...[...new Set(rules.filter((rule) => cardFor(rule, asking)).map(({ target }) => target))].map((target): Write => {
    const { fingerprint = '' } = asking.card ?? {};
    return {
      kind: 'account.card',
      entity: `account card ${target} ${asking.person} ${fingerprint}`,
      row: { target, person: asking.person, fingerprint, doc: asking.card, at: asking.now },
    };
  }),
  ...[...new Set(rules.map(({ target }) => target))].flatMap((target) => [
    hasten(accountKey(target, asking.person), asking.now),
    addToOutbox({
      id: `${accountKey(target, asking.person)} ${asking.journey} ${asking.now}`,
      kind: 'account',
      key: accountKey(target, asking.person),
      payload: { target, person: asking.person },
      notBefore: asking.now,
      awaited: true,
    }),
  ]),
];

/** The trail's word for it. */
export const accountsAsked = (rules: readonly AccountRule[], asking: Asking): readonly AuditRecord[] =>
  rules.length === 0
    ? []
    : [
        {
          at: asking.now,
          kind: 'account.asked',
          outcome: 'ok',
          person: asking.person,
          application: asking.application,
          journey: asking.journey,
          reference: asking.reference,
          body: { rules: rules.map(({ id, target }) => ({ rule: id, target })), assignment: asking.assignment },
        },
      ];

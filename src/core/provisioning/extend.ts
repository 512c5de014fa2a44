// What an answer without a login does about the accounts behind its application: it extends those that are open, and opens none.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { Write } from '../commit/commit.ts';
import { addToOutbox } from '../outbox/index.ts';
import { type Asking, accountKey, accountsAsked, cardFor } from './ask.ts';
import { type Opening, rulesFor } from './grant.ts';

/** How an account stands. */
export interface AccountStanding {
  readonly target: string;
  readonly state: 'open' | 'closed' | 'deleted' | 'refused';
  readonly until: EpochMs;
  /** Some login of its holder is still good for it: none is, once somebody closed it. */
  readonly held: boolean;
}

export type Extending =
  /** One that the application needs is closed: its holder logs in again, and is asked for what opens it. */
  | { readonly kind: 'closed' }
  /** `rules`: those by which an account is to last longer than it does. */
  | { readonly kind: 'open'; readonly rules: readonly AccountRule[] };

/** An answer that adds less than this part of a rule's time adds nothing: applications renew every few minutes, and each write costs the directory. */
const leastPart = 100;

/**
 * What a renewal does. `provenAt`: the newest proof of the session; what is older than `longestMs`, the session's absolute limit, extends
 * nothing (K6). An account that was never made is not asked for: nobody waits here.
 */
export function extending(
  rules: Iterable<AccountRule>,
  opening: Opening,
  standing: readonly AccountStanding[],
  proof: { readonly provenAt: EpochMs; readonly longestMs: number },
  now: EpochMs,
): Extending {
  const needed = rulesFor(rules, opening);
  const of = ({ target }: AccountRule) => standing.find((one) => one.target === target);
  const isOver = (one: AccountStanding | undefined): boolean =>
    one !== undefined &&
    (one.state === 'closed' || one.state === 'deleted' || (one.state === 'open' && (one.until <= now || !one.held)));
  if (needed.some((rule) => isOver(of(rule)))) return { kind: 'closed' };
  if (now - proof.provenAt >= proof.longestMs) return { kind: 'open', rules: [] };
  const grows = (rule: AccountRule): boolean => {
    const account = of(rule);
    const lifetimeMs = rule.lifetimeSeconds * 1000;
    return account?.state === 'open' && now + lifetimeMs - account.until >= lifetimeMs / leastPart;
  };
  return { kind: 'open', rules: needed.filter(grows) };
}

/** The rows and the trail's word. `asking.journey` names what is renewed: its rows are one a rule, whose time moves on. */
export function extendAccounts(
  rules: readonly AccountRule[],
  asking: Asking,
): { readonly writes: readonly Write[]; readonly events: readonly AuditRecord[] } {
  const { journey, person, now } = asking;
  const grants = rules.map((rule): Write => {
    const id = [journey, rule.id, asking.assignment ?? ''].join(' ');
    return {
      kind: 'account.extend',
      entity: `account grant ${id}`,
      row: {
        ...{ id, target: rule.target, person, journey, rule: rule.id, application: asking.application },
        assignment: asking.assignment ?? null,
        reference: asking.reference,
        card: cardFor(rule, asking)?.fingerprint ?? null,
        grantedAt: now,
        until: now + rule.lifetimeSeconds * 1000,
      },
    };
  });
  const work = [...new Set(rules.map(({ target }) => target))].map((target) =>
    addToOutbox({
      id: `${accountKey(target, person)} ${journey} ${now}`,
      kind: 'account',
      key: accountKey(target, person),
      payload: { target, person },
      notBefore: now,
    }),
  );
  const events = accountsAsked(rules, asking).map(({ journey: _, ...event }) => event);
  return { writes: [...grants, ...work], events };
}

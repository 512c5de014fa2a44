// The accounts behind an application at a renewal: extended as by a login while the session's proof is young enough, and said to be closed when they are.
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { Write } from '../../../core/commit/index.ts';
import { holderAssignment, type RefreshFacts, type Refused } from '../../../core/grants/index.ts';
import type { Permit } from '../../../core/policy/index.ts';
import { cardBehind, type Extending, extendAccounts, extending, rulesFor } from '../../../core/provisioning/index.ts';
import type { OidcContext } from './endpoint.ts';
import type { TokenCall } from './token.ts';

/** RFC 6749 5.2: the session goes on, so a new visit needs no new proof and opens the account again. */
export const accountClosed: Refused = {
  check: 'refresh.account',
  error: 'invalid_grant',
  description: 'the account behind the application is closed; send the person to log in again, which opens it',
};

/** How the accounts stand that this application needs of whoever the token is about. */
export async function accountsAt(
  { ports }: OidcContext,
  { application, catalogue, now }: TokenCall,
  stored: RefreshFacts,
): Promise<Extending> {
  const { person, session } = stored;
  const opening = { application: application.id, assignment: holderAssignment(stored, now) };
  const targets = rulesFor(catalogue.accountRules.values(), opening).map(({ target }) => target);
  if (person === undefined || targets.length === 0 || ports.accounts === undefined) return { kind: 'open', rules: [] };
  const standing = await ports.accounts.standing(person.person.id, targets, now);
  const proof = {
    provenAt: Math.max(0, ...(session?.evidence ?? []).map(({ provenAt }) => provenAt)),
    longestMs: catalogue.settings.lifetimes.sessionAbsolute * 1000,
  };
  return extending(catalogue.accountRules.values(), opening, standing, proof, now);
}

/** The rows and events that extend them. */
export function extension(
  { application, now }: TokenCall,
  { grant }: RefreshFacts,
  accounts: Extending,
  permit: Permit | undefined,
): { readonly writes: readonly Write[]; readonly events: readonly AuditRecord[] } {
  if (accounts.kind === 'closed' || permit === undefined) return { writes: [], events: [] };
  return extendAccounts(accounts.rules, {
    journey: `refresh-${grant.id}`,
    reference: grant.about.decision,
    person: permit.person,
    application: application.id,
    assignment: grant.about.assignment,
    card: cardBehind(permit.evidence),
    now,
  });
}

// Applications whose account has ended and whom nobody could tell: only a browser reaches them, and none was there.
import type { Clock } from '../../../base/clock.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { PersonFacts } from '../../../core/directory/index.ts';
import type { PartnerRecords } from '../../../core/metadata/index.ts';
import { type AccountStanding, extending } from '../../../core/provisioning/index.ts';
import type { Session, SessionReach } from '../../../core/sessions/index.ts';
import { backchannelUri } from '../../../edge/frontends/oidc/index.ts';
import { waysToTell } from '../../../edge/frontends/saml/index.ts';
import { withPartners } from '../partners.ts';

export interface LeftOpenParts {
  readonly catalogue: () => CatalogueSnapshot;
  readonly partners: Pick<PartnerRecords, 'application'>;
  readonly people: { facts(person: string): Promise<PersonFacts | undefined> };
  readonly standing: (person: string, targets: readonly string[], now: number) => Promise<readonly AccountStanding[]>;
  readonly clock: Clock;
}

/** Of what a session reached, the applications that may be open still though their account is closed. A new visit opens it again. */
export const leftOpen =
  ({ catalogue, partners, people, standing, clock }: LeftOpenParts) =>
  async (session: Session, reached: readonly SessionReach[]): Promise<readonly string[]> => {
    const rules = [...catalogue().accountRules.values()];
    const behind = reached.filter(({ application }) => rules.some((rule) => rule.applications.includes(application)));
    if (behind.length === 0) return [];
    const ids = behind.map(({ application }) => application);
    const [filled, facts, accounts] = await Promise.all([
      withPartners(catalogue(), partners, ids),
      people.facts(session.person),
      standing(session.person, [...new Set(rules.map(({ target }) => target))], clock()),
    ]);
    const assignment = facts?.assignments.find(({ id }) => id === session.assignment);
    // What the account says, and not how old anybody's proof is.
    const proof = { provenAt: clock(), longestMs: Number.POSITIVE_INFINITY };
    return behind
      .filter((reach) => {
        const isTold = backchannelUri(filled, reach) !== undefined || waysToTell(filled, reach).back;
        const opening = { application: reach.application, assignment };
        return !isTold && extending(rules, opening, accounts, proof, clock()).kind === 'closed';
      })
      .map(({ application }) => application);
  };

// How a draft of a client stands for the person who looks at it, and whether it can be confirmed as the catalogue is now.
import type { EpochMs } from '../../base/clock.ts';
import type { Application, CatalogueSnapshot } from '../catalogue/index.ts';
import { type Administration, administeredBy, type Organisation, type Person } from '../directory/index.ts';
import { firstRefusal } from './check.ts';
import { applicationOfDraft, type ClientDraft } from './client-draft.ts';
import { draftTemplateChecks } from './client-draft-checks.ts';

export interface DraftStandingFacts {
  readonly now: EpochMs;
  readonly draft: ClientDraft | undefined;
  readonly person: Pick<Person, 'id' | 'closed'>;
  /** The person's, ended ones too. */
  readonly grants: readonly Administration[];
  /** The draft's organisation and everything above it. */
  readonly organisations: ReadonlyMap<string, Organisation>;
}

/** `noRight` before anything else is said: what became of a draft is for its organisation. */
export type DraftStanding = 'unknown' | 'noRight' | 'confirmed' | 'refused' | 'expired' | 'open';

export function draftStanding({ draft, now, ...who }: DraftStandingFacts): DraftStanding {
  if (draft === undefined) return 'unknown';
  const grant = administeredBy(who.grants, { ...who, task: 'clientDrafts', organisation: draft.organisation, now });
  if (grant === undefined) return 'noRight';
  return draft.decision ?? (draft.expiresAt <= now ? 'expired' : 'open');
}

/**
 * The application of a draft, or undefined when its system was closed or now allows less than the draft asks. Whether
 * it holds within the catalogue is for whoever compiles that.
 */
export function confirmable(
  draft: ClientDraft,
  organisation: Pick<Organisation, 'id' | 'name'>,
  { clientSystems, apis }: Pick<CatalogueSnapshot, 'clientSystems' | 'apis'>,
): Application | undefined {
  const system = clientSystems.get(draft.system);
  if (system === undefined || system.closed) return undefined;
  if (firstRefusal(draftTemplateChecks, { system, asks: draft.asks }) !== undefined) return undefined;
  return applicationOfDraft(draft, system, organisation, apis);
}

/** Where a browser goes after the confirmation: registered with the system when it was sent, and still so. */
export function returnAddress(
  { asks }: Pick<ClientDraft, 'asks'>,
  asked: string | undefined,
  returns: (uri: string) => boolean,
): string | undefined {
  const uri = asked ?? asks.returnUri;
  return uri !== undefined && returns(uri) ? uri : undefined;
}

// How a draft of a client stands for the person who looks at it, and whether it can be confirmed as the catalogue is now.
import type { EpochMs } from '../../base/clock.ts';
import {
  type CatalogueSnapshot,
  type ClientSystem,
  type OidcApplication,
  redirectUriFault,
  registeredAddress,
} from '../catalogue/index.ts';
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
): OidcApplication | undefined {
  const system = clientSystems.get(draft.system);
  if (system === undefined || system.closed) return undefined;
  if (firstRefusal(draftTemplateChecks, { system, asks: draft.asks }) !== undefined) return undefined;
  return applicationOfDraft(draft, system, organisation, apis);
}

/** Port of the loopback address that a program listens at, and its path: as HelseID's clients ask for it. */
export interface LoopbackReturn {
  readonly port: string;
  readonly path: string;
}

/**
 * Where a browser goes after the decision, with the outcome as HelseID says it: what the draft named, or the loopback
 * address that the link named; either only while it is registered with the system (O1: no open redirector).
 */
export function returnAddress(
  { asks }: Pick<ClientDraft, 'asks'>,
  system: ClientSystem | undefined,
  asked: LoopbackReturn | undefined,
  outcome: 'confirmed' | 'refused',
): string | undefined {
  const uri = asked === undefined ? asks.returnUri : loopbackAddress(asked);
  if (uri === undefined || system === undefined || redirectUriFault(uri, 'helseid') !== undefined) return undefined;
  if (!registeredAddress(uri, system.returnUris)) return undefined;
  const url = new URL(uri);
  url.searchParams.set('status', outcome === 'confirmed' ? 'Success' : 'Rejected');
  return url.href;
}

const loopbackAddress = ({ port, path }: LoopbackReturn): string | undefined =>
  /^\d{1,5}$/.test(port) ? `http://localhost:${port}${path.startsWith('/') ? '' : '/'}${path}` : undefined;

// Where the page after logout goes on to: an address of ours that carries, sealed, how the application is to be answered.
import { type EpochMs, hourMs } from '../../../base/clock.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { CatalogueSnapshot, Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import type { Call } from './call.ts';
import { samlUrl } from './paths.ts';
import { sealedUntil, unsealed } from './sealed.ts';

/** How the application asked. */
export interface LogoutWay {
  readonly requestId: string;
  readonly relayState?: string | undefined;
  /** By POST; else by Redirect. */
  readonly posted: boolean;
}

export interface SealedLogout extends LogoutWay {
  readonly application: string;
  readonly session: string;
}

const purpose = 'logout';
/** The page may stay open while somebody reads it. */
const lifeMs = hourMs;

export function logoutTarget(
  seals: Keyring,
  { issuer, now }: Pick<Call, 'issuer' | 'now'>,
  { id }: SamlApplication,
  session: string,
  way: LogoutWay,
): { readonly application: string; readonly uri: string } {
  const sealed = sealedUntil(seals, purpose, issuer.id, { ...way, application: id, session }, now + lifeMs);
  return { application: id, uri: `${samlUrl(issuer, 'slo-done')}?to=${sealed}` };
}

export const readLogoutTarget = (
  seals: Keyring,
  issuer: Issuer,
  text: string,
  now: EpochMs,
): SealedLogout | undefined => unsealed<SealedLogout>(seals, purpose, issuer.id, text, now);

/** Whether an address that came back by way of a page is one that we made for this application; undefined when it is not. */
export function ownLogoutTarget(
  seals: Keyring,
  { issuers, samlApplications }: CatalogueSnapshot,
  given: { readonly application: string; readonly uri: string },
  now: EpochMs,
): string | undefined {
  const issuer = issuers.get(samlApplications.get(given.application)?.issuer ?? '');
  const start = issuer && `${samlUrl(issuer, 'slo-done')}?to=`;
  if (issuer === undefined || start === undefined || !given.uri.startsWith(start)) return undefined;
  const found = readLogoutTarget(seals, issuer, given.uri.slice(start.length), now);
  return found?.application === given.application ? given.uri : undefined;
}

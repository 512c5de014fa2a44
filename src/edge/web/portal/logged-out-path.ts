// The address of the page after logout, with a proof that lets nobody else look up a session by its id.
import { csrfToken } from '../../../base/http/index.ts';
import type { PortalPorts } from './ports.ts';

export const proofPurpose = 'loggedOut';
export const separator = '.';
/** Sessions that one page tells about. */
const mostSessions = 50;

export const withFields = (path: string, fields: TargetFields): string =>
  fields.length === 0 ? path : `${path}?${new URLSearchParams(fields as [string, string][])}`;

/** Fields that say where the browser goes on to. */
export type TargetFields = readonly (readonly [name: string, value: string])[];

/** Of a logout by the person in this browser: it is passed on to providers first, and then shown. */
export const passingOn = ['on', '1'] as const;

/**
 * Where what the end of sessions did is shown: the first is that of this browser. The proof lets nobody else look up a
 * session by its id.
 */
export function loggedOutPath(
  ports: Pick<PortalPorts, 'csrfKey'>,
  sessions: readonly string[],
  target: TargetFields = [],
): string {
  const ids = sessions.slice(0, mostSessions).join(separator);
  return withFields(`/logged-out/${encodeURIComponent(ids)}/${csrfToken(ports.csrfKey, proofPurpose, ids)}`, target);
}

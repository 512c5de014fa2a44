// Permits: who runs the authority lets one system fetch one certificate, with a secret that is told once and kept as a hash.
import type { EpochMs } from '../../base/clock.ts';
import { newToken, type Random, tokenHash } from '../../base/ids.ts';
import type { AuditRecord } from '../audit/index.ts';
import { permittedEvent } from './events.ts';
import { fieldFaults, patternFault, valuesFault } from './holder.ts';
import type { EnrolmentPermit } from './ports.ts';
import { type CertificateProfile, type Holder, systemFault } from './profile.ts';

export const longestPermitHours = 7 * 24;
const secretBytes = 20;
const hourMs = 3_600_000;

export type PermitOutcome =
  | { readonly ok: true; readonly permit: EnrolmentPermit; readonly secret: string; readonly event: AuditRecord }
  | { readonly ok: false; readonly because: string };

/** A permit for this holder; what could not become a certificate is refused now, and not to the system that comes with it. */
export function newPermit(
  profile: CertificateProfile,
  given: {
    readonly id: string;
    readonly holder: Holder;
    readonly hours: number;
    readonly by: string;
    readonly now: EpochMs;
    readonly random: Random;
  },
): PermitOutcome {
  const { id, holder, hours, by, now, random } = given;
  const fault =
    systemFault(profile) ?? fieldFaults(profile, holder)[0] ?? valuesFault(holder) ?? patternFault(profile, holder);
  if (fault !== undefined) return { ok: false, because: fault };
  if (!Number.isInteger(hours) || hours < 1 || hours > longestPermitHours)
    return { ok: false, because: `a permit holds 1 to ${longestPermitHours} hours` };
  const secret = newToken(secretBytes, random);
  const endsAt = now + hours * hourMs;
  const permit = { id, profile: profile.id, holder, secretHash: tokenHash(secret), endsAt, wrongTries: 0 };
  return { ok: true, permit, secret, event: permittedEvent(permit, { at: now, by }) };
}

// What a published list says and a register restored from an older backup has forgotten: taken in, so that no revocation is undone.
import type { Clock } from '../../base/clock.ts';
import type { Crl } from '../../base/x509/index.ts';
import { stateEvent } from './events.ts';
import type { Register } from './ports.ts';
import { reasonCodes } from './state.ts';

const onHold = reasonCodes.certificateHold;

/**
 * Revokes and suspends in the register what a list of the same issuer says, with the list's own times and reasons (RFC 5280 5.3).
 * `serials`: those that the register has. What is only suspended there and revoked on the list is revoked; nothing is taken up again.
 * `unknown`: entries of the list that the register has never heard of.
 */
export async function takeInList(
  { register, clock }: { readonly register: Register; readonly clock: Clock },
  given: { readonly issuer: string; readonly crl: Crl; readonly serials: readonly string[] },
): Promise<{ readonly taken: number; readonly unknown: number }> {
  const { issuer, crl, serials } = given;
  let [taken, known] = [0, 0];
  for (const serial of serials) {
    const listed = crl.isRevoked(serial);
    const certificate = listed && (await register.bySerial(issuer, serial));
    if (listed === undefined || certificate === undefined) continue;
    known += 1;
    const to = listed.reason === onHold ? 'held' : 'revoked';
    if (certificate.state === 'revoked' || certificate.state === to) continue;
    const why = Object.entries(reasonCodes).find(([, code]) => code === listed.reason)?.[0];
    const kind = to === 'held' ? 'certificate.suspended' : 'certificate.revoked';
    const change = { issuer, serial, from: certificate.state, to, reason: listed.reason, at: listed.at } as const;
    const event = stateEvent(kind, certificate, clock(), { by: 'restore', why });
    if (await register.change(change, event)) taken += 1;
  }
  return { taken, unknown: crl.entries - known };
}

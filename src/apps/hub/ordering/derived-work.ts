// The work that follows a step with a device's certificate: its issuer is asked and told, and its sessions end.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { Problem } from '../../../base/problem.ts';
import { readCertificate } from '../../../base/x509/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import {
  type CertificateIssuer,
  type CertificateWish,
  certificateHolder,
  type DerivedCertificate,
  endingAtIssuer,
  issuedFault,
} from '../../../core/ordering/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { endSessionsOf, type SessionPorts } from '../../../core/sessions/index.ts';
import { organisationsUpward } from '../../../edge/store/hub/administrations.ts';
import { settleDerived } from '../../../edge/store/hub/derived-steps.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { derivedBy } from '../../../edge/store/hub/key-devices.ts';
import { identityIn } from './submit-order.ts';

export interface DerivedWorkParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly catalogue: () => Pick<CatalogueSnapshot, 'populations'>;
  /** The own authority; undefined: it is not there, and its work waits. */
  readonly issuer: CertificateIssuer | undefined;
}

function authorityOf({ issuer }: DerivedWorkParts): CertificateIssuer {
  if (issuer !== undefined) return issuer;
  throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'there is no own certificate authority' });
}

/** What the authority is asked; undefined: its population or person is gone. The same however often it is asked. */
async function wishOf(
  { pool, catalogue }: DerivedWorkParts,
  derived: DerivedCertificate,
): Promise<CertificateWish | undefined> {
  const rule = catalogue().populations.get(derived.population)?.derived;
  const found = await personReader(pool).facts(derived.person);
  if (rule === undefined || found === undefined) return undefined;
  const organisation = (await organisationsUpward(pool, derived.organisation)).get(derived.organisation);
  const holder = certificateHolder(rule, {
    card: { holder: derived.person, organisation: derived.organisation },
    profile: rule,
    person: found.person,
    assignments: found.assignments,
    organisation,
    identity: await identityIn(pool, derived.person, rule.identifier, derived.askedAt),
    now: derived.askedAt,
  });
  const { device, person, notAfter, id, proof } = derived;
  return {
    order: `derived:${id}`,
    profile: rule.profile,
    request: Buffer.from(derived.request, 'base64'),
    holder,
    notAfter,
    derived: { device, provenAt: proof.provenAt, fingerprint: proof.fingerprint },
    person,
    reference: id,
  };
}

/**
 * Asks the authority for the certificate and notes what it made. Asked twice, at once or after a kill, it is one order and one
 * certificate. Throws while the authority cannot be reached.
 */
export async function submitDerived(parts: DerivedWorkParts, id: string): Promise<void> {
  const { pool, clock } = parts;
  const derived = await derivedBy(pool, { id });
  if (derived?.state !== 'asked') return;
  const wish = await wishOf(parts, derived);
  const authority = authorityOf(parts);
  if (wish === undefined) {
    await settleDerived(pool, id, { refused: 'its population or person is gone' }, clock());
    return;
  }
  const answer = await authority.submit(wish);
  if (answer.kind === 'pending')
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'the authority has not decided' });
  if (answer.kind === 'refused') {
    await settleDerived(pool, id, { refused: answer.reason.slice(0, 300) }, clock());
    return;
  }
  const der = Buffer.from(answer.certificate);
  const reading = readCertificate(der);
  if (!reading.ok)
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the authority made ${reading.reason}` });
  const { serial } = reading.certificate;
  const fault = issuedFault(derived, reading.certificate);
  if (fault !== undefined) {
    await authority.revoke(serial, 'mistake', id);
    await settleDerived(pool, id, { refused: `another certificate was made than was asked for: ${fault}` }, clock());
    return;
  }
  const fingerprint = createHash('sha256').update(der).digest('hex');
  if (await settleDerived(pool, id, { serial, fingerprint, der }, clock())) return;
  // It ended meanwhile, or somebody else noted it first.
  if ((await derivedBy(pool, { id }))?.state === 'ended') await authority.revoke(serial, 'mistake', id);
}

/** Revokes what ended. What ended while it was asked for may have been made: asking again tells, and it is revoked at once. */
async function revokeDerived(parts: DerivedWorkParts, derived: DerivedCertificate): Promise<void> {
  const authority = authorityOf(parts);
  const why = endingAtIssuer[derived.ending ?? 'shiftEnded'];
  if (derived.serial !== undefined) {
    await authority.revoke(derived.serial, why, derived.id);
    return;
  }
  const wish = await wishOf(parts, derived);
  const answer = wish && (await authority.submit(wish));
  if (answer?.kind === 'pending')
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'the authority has not decided' });
  if (answer?.kind !== 'issued') return;
  const reading = readCertificate(Buffer.from(answer.certificate));
  if (reading.ok) await authority.revoke(reading.certificate.serial, why, derived.id);
}

type Worker = (delivery: Delivery) => Promise<void>;

/** One worker for each kind of work. */
export const derivedWork = (
  parts: DerivedWorkParts & { readonly sessions: SessionPorts },
): Readonly<Record<'derivedIssuer' | 'derivedStopped', Worker>> => ({
  async derivedIssuer({ payload }) {
    const derived = await derivedBy(parts.pool, { id: String(payload['derived']) });
    if (derived === undefined) return;
    if (payload['task'] === 'submit') await submitDerived(parts, derived.id);
    else await revokeDerived(parts, derived);
  },
  async derivedStopped({ payload }) {
    const derived = await derivedBy(parts.pool, { id: String(payload['derived']) });
    if (derived === undefined) return;
    await endSessionsOf(parts.sessions, derived.person, 'derivedEnded', ({ evidence }) =>
      evidence.some(({ certificate }) => certificate?.derived?.id === derived.id),
    );
  },
});

// The authority's events: what its trail says of orders, certificates and lists; names of holders are not among it.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/index.ts';
import type { IssueRefusal, IssueRequest } from './issue-checks.ts';
import type { EnrolmentPermit, RegisteredCertificate, SignedList } from './ports.ts';

type Named = Pick<RegisteredCertificate, 'issuer' | 'serial' | 'caller' | 'order' | 'profile' | 'person' | 'reference'>;

const about = ({ issuer, serial, caller, order, profile, person, reference }: Named) => ({
  person,
  reference,
  body: { issuer, serial, caller, order, profile },
});

/** Written down, and not yet signed. `asked` are extensions that the request wished for; none was copied. */
export function orderedEvent(
  certificate: Named & { readonly notAfter: EpochMs },
  at: EpochMs,
  asked: readonly string[],
  proof: IssueRequest['proof'],
): AuditRecord {
  const { body, ...rest } = about(certificate);
  return {
    kind: 'certificate.ordered',
    at,
    outcome: 'ok',
    ...rest,
    body: {
      ...body,
      notAfter: new Date(certificate.notAfter).toISOString(),
      ...(asked.length === 0 ? {} : { notCopied: asked }),
      ...(proof === undefined ? {} : { provenAt: new Date(proof.at).toISOString(), provenBy: proof.fingerprint }),
    },
  };
}

export function issuedEvent(certificate: Named, at: EpochMs, fingerprint: string): AuditRecord {
  const { body, ...rest } = about(certificate);
  return { kind: 'certificate.issued', at, outcome: 'ok', ...rest, body: { ...body, fingerprint } };
}

export const refusedEvent = (
  { caller, order, profile, person, reference }: Omit<IssueRequest, 'csr' | 'holder'>,
  { code, because }: IssueRefusal,
  at: EpochMs,
): AuditRecord => ({
  kind: 'certificate.refused',
  at,
  outcome: 'refused',
  person,
  reference,
  body: { caller, order, profile, check: code, because },
});

export function stateEvent(
  kind: 'certificate.revoked' | 'certificate.suspended' | 'certificate.resumed',
  certificate: Named,
  at: EpochMs,
  given: { readonly by: string; readonly why: string | undefined },
): AuditRecord {
  const { body, ...rest } = about(certificate);
  return {
    kind,
    at,
    outcome: 'ok',
    ...rest,
    body: { ...body, by: given.by, ...(given.why === undefined ? {} : { revocationReason: given.why }) },
  };
}

export const listedEvent = (issuer: string, list: SignedList, entries: number): AuditRecord => ({
  kind: 'certificate.listed',
  at: list.thisUpdate,
  outcome: 'ok',
  body: { issuer, number: list.number, entries, nextUpdate: new Date(list.nextUpdate).toISOString() },
});

/** Its reference is the permit's id, which stays with the certificate and those that renew it: one search tells a system's whole story. */
export const permittedEvent = (
  { id, profile, holder, endsAt }: EnrolmentPermit,
  { at, by }: { readonly at: EpochMs; readonly by: string },
): AuditRecord => ({
  kind: 'certificate.permitted',
  at,
  outcome: 'ok',
  reference: id,
  body: { profile, dns: holder.dns, endsAt: new Date(endsAt).toISOString(), by },
});

export const permitEndedEvent = (
  id: string,
  { at, by }: { readonly at: EpochMs; readonly by: string },
): AuditRecord => ({
  kind: 'certificate.permitEnded',
  at,
  outcome: 'ok',
  reference: id,
  body: { by },
});

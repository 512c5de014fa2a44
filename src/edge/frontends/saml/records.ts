// Audit records of SAML: who asked for what, what came of it, and the reference that a person reads to the help desk.
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AuditKind, ReasonCode } from '../../../wire/codes/index.ts';
import type { SamlPage } from './paths.ts';

export interface SamlCommon {
  readonly now: EpochMs;
  readonly issuer: string;
  readonly endpoint: SamlPage;
  /** The application's id, when it is one that we know. */
  readonly application: string | undefined;
  readonly reference: string;
}

/** About whom, where somebody is known. */
export interface AboutPerson {
  readonly person?: string | undefined;
  readonly organisation?: string | undefined;
  readonly session?: string | undefined;
}

/** Why something was refused: by which check, and in words without names and numbers. */
export interface SamlRefusal {
  readonly check: string;
  readonly because: string;
}

export function refusedRecord(
  { now, application, reference, issuer, endpoint }: SamlCommon,
  refused: SamlRefusal,
  more: { readonly kind?: AuditKind; readonly reason?: ReasonCode | undefined; readonly about?: AboutPerson } = {},
): AuditRecord {
  return {
    kind: more.kind ?? 'ticket.refused',
    at: now,
    outcome: 'refused',
    application,
    reference,
    reason: more.reason,
    ...more.about,
    body: { endpoint: `saml ${endpoint}`, issuer, check: refused.check, description: refused.because },
  };
}

export function doneRecord(
  kind: AuditKind,
  { now, application, reference, issuer, endpoint }: SamlCommon,
  about: AboutPerson,
  body: Readonly<Record<string, unknown>>,
): AuditRecord {
  return {
    kind,
    at: now,
    outcome: 'ok',
    application,
    reference,
    ...about,
    body: { endpoint: `saml ${endpoint}`, issuer, ...body },
  };
}

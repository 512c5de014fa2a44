// What is written down about one thing that happened: the indexed fields and the body, before it is sealed.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditClass, AuditKind, ReasonCode } from '../../wire/codes/index.ts';

/** One audit event. The body holds no secret and no whole token, and a personal number only where the kind needs it. */
export interface AuditRecord {
  readonly kind: AuditKind;
  readonly at: EpochMs;
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly person?: string | undefined;
  readonly organisation?: string | undefined;
  readonly application?: string | undefined;
  readonly session?: string | undefined;
  readonly journey?: string | undefined;
  /** What ties the request's events together and what a person reads to the help desk, for example `K7QM-2F9X`. */
  readonly reference?: string | undefined;
  readonly reason?: ReasonCode | undefined;
  /** Anything else, as plain JSON: certificate fingerprint, explanation, catalogue revision, token id … */
  readonly body: Readonly<Record<string, unknown>>;
}

const classByPrefix: Readonly<Record<string, AuditClass>> = {
  journey: 'login',
  session: 'login',
  identity: 'admin',
  ticket: 'ticket',
  usage: 'usage',
  admin: 'admin',
  certificate: 'admin',
  card: 'admin',
  device: 'admin',
  derived: 'admin',
  hub: 'hub',
};

/** The class of an event kind: what its retention goes by. */
export function auditClass(kind: AuditKind): AuditClass {
  return classByPrefix[kind.slice(0, kind.indexOf('.'))] ?? 'hub';
}

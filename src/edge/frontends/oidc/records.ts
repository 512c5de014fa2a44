// Audit records of tickets: who asked for what, what came of it, and the reference that a person reads to the help desk.
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { Grant, Refused } from '../../../core/grants/index.ts';
import type { AuditKind, ReasonCode } from '../../../wire/codes/index.ts';

export type Endpoint =
  | 'par'
  | 'authorize'
  | 'token'
  | 'userinfo'
  | 'introspect'
  | 'revoke'
  | 'end-session'
  | 'client-keys'
  | 'client-drafts'
  | 'client-status'
  | 'device-authorization'
  | 'backchannel-authentication'
  /** Not of an issuer: APIs of the hub itself. */
  | 'hub-api';

interface Common {
  readonly now: EpochMs;
  readonly issuer: string;
  readonly endpoint: Endpoint;
  /** The client's id, when it is one that we know. */
  readonly client: string | undefined;
  readonly reference: string;
}

/** A record of a refusal, with the check that made it. */
export function refusedRecord(
  common: Common,
  refused: Refused,
  more: {
    readonly reason?: ReasonCode | undefined;
    readonly grant?: Grant | undefined;
    readonly kind?: AuditKind;
    /** Policy's, when it was policy that refused. */
    readonly explanation?: object | undefined;
  } = {},
): AuditRecord {
  return {
    ...indexed(common, more.grant),
    kind: more.kind ?? 'ticket.refused',
    outcome: 'refused',
    reason: more.reason,
    body: {
      endpoint: common.endpoint,
      issuer: common.issuer,
      client: common.client,
      error: refused.error,
      check: refused.check,
      description: refused.description,
      grant: more.grant?.id,
      explanation: more.explanation,
    },
  };
}

/** A record of something done. */
export function doneRecord(
  kind: AuditKind,
  common: Common,
  body: Readonly<Record<string, unknown>>,
  grant?: Grant,
): AuditRecord {
  return {
    ...indexed(common, grant),
    kind,
    outcome: 'ok',
    body: { endpoint: common.endpoint, issuer: common.issuer, client: common.client, grant: grant?.id, ...body },
  };
}

function indexed({ now, client, reference }: Common, grant: Grant | undefined) {
  return {
    at: now,
    application: client,
    reference,
    person: grant?.about.person,
    organisation: grant?.about.organisation,
    session: grant?.about.session,
  };
}

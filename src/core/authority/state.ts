// Revokes, suspends and takes up again: what may follow on what (RFC 5280 5.3.1), and the change written down with its event.
import type { AuthorityRefusal, CertificateState, RevocationReason } from '../../wire/codes/index.ts';
import { stateEvent } from './events.ts';
import type { IssuePorts } from './issue.ts';
import type { RegisteredCertificate } from './ports.ts';
import type { CertificateProfile } from './profile.ts';

/** RFC 5280 5.3.1. `certificateHold` is what suspending writes. */
export const reasonCodes: Readonly<Record<RevocationReason | 'certificateHold', number>> = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
};

export interface StateRequest {
  readonly caller: string;
  /** Who it is that asks under the caller's name, when that says more: somebody at the command line. */
  readonly by?: string | undefined;
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly to: CertificateState;
  /** With `revoked` alone. */
  readonly reason?: RevocationReason | undefined;
}

export interface StateFacts {
  readonly request: StateRequest;
  readonly allowed: readonly string[];
  readonly certificate: RegisteredCertificate | undefined;
  readonly profile: CertificateProfile | undefined;
}

export interface StateCheck {
  readonly name: AuthorityRefusal;
  readonly clause: string;
  readonly test: (facts: StateFacts) => string | undefined;
}

export const stateChecks: readonly StateCheck[] = [
  {
    name: 'certificate.known',
    clause: 'RFC 3647 4.9.3',
    test: ({ certificate }) => (certificate === undefined ? 'there is no such certificate' : undefined),
  },
  {
    name: 'caller.profile',
    clause: 'RFC 3647 4.9.2 (who may ask for it)',
    test: ({ certificate, allowed }) =>
      certificate !== undefined && !allowed.includes(certificate.profile)
        ? 'this caller has nothing to do with certificates of this profile'
        : undefined,
  },
  {
    name: 'state.reason',
    clause: 'RFC 5280 5.3.1',
    test: ({ request: { to, reason } }) => {
      if (to === 'revoked' && reason === undefined) return 'say why it is revoked';
      return to !== 'revoked' && reason !== undefined ? 'a reason goes with revoking alone' : undefined;
    },
  },
  {
    name: 'state.final',
    clause: 'RFC 5280 5.3.1 (only what is on hold can be taken off a list)',
    test: ({ request, certificate }) =>
      certificate?.state === 'revoked' && request.to !== 'revoked' ? 'what is revoked stays revoked' : undefined,
  },
  {
    name: 'state.suspendable',
    clause: 'RFC 3647 4.9.13 (circumstances for suspension)',
    test: ({ request, profile }) =>
      request.to === 'held' && profile?.canBeSuspended !== true
        ? 'certificates of this profile are not suspended; revoke it'
        : undefined,
  },
];

export interface StateRefusal {
  readonly code: AuthorityRefusal;
  readonly because: string;
}

export type StateOutcome =
  | { readonly kind: 'done'; readonly certificate: RegisteredCertificate; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly refusal: StateRefusal };

export function stateRefusal(facts: StateFacts, checks: readonly StateCheck[] = stateChecks): StateRefusal | undefined {
  for (const { name, test } of checks) {
    const because = test(facts);
    if (because !== undefined) return { code: name, because };
  }
  return undefined;
}

const eventKinds = {
  revoked: 'certificate.revoked',
  held: 'certificate.suspended',
  good: 'certificate.resumed',
} as const;

/** Carries out a change of state; one that was made before is done already. */
export async function changeState(
  ports: Pick<IssuePorts, 'register' | 'rules' | 'clock'>,
  request: StateRequest,
): Promise<StateOutcome> {
  const { register, rules, clock } = ports;
  for (;;) {
    const certificate = await register.bySerial(request.issuer, request.serial);
    const profile = certificate && rules.profiles.get(certificate.profile);
    const allowed = rules.callers.get(request.caller) ?? [];
    const refusal = stateRefusal({ request, allowed, certificate, profile });
    if (refusal !== undefined || certificate === undefined)
      return {
        kind: 'refused',
        refusal: refusal ?? { code: 'certificate.known', because: 'there is no such certificate' },
      };
    if (certificate.state === request.to) return { kind: 'done', certificate, changed: false };
    const at = clock();
    const why = request.to === 'held' ? 'certificateHold' : request.reason;
    const reason = request.to === 'good' || why === undefined ? undefined : reasonCodes[why];
    const change = {
      issuer: request.issuer,
      serial: request.serial,
      from: certificate.state,
      to: request.to,
      reason,
      at,
    };
    const event = stateEvent(eventKinds[request.to], certificate, at, { by: request.by ?? request.caller, why });
    // Somebody else may have changed it meanwhile: look again.
    if (await register.change(change, event))
      return { kind: 'done', certificate: { ...certificate, state: request.to, reason, changedAt: at }, changed: true };
  }
}

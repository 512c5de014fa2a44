// What a program's poll is judged by while its person is asked elsewhere: the same for devices and the back channel.
import type { EpochMs } from '../../base/clock.ts';
import type { PolicyDecision } from '../policy/index.ts';
import { type Check, refuseIf } from './check.ts';
import { holderAssignment } from './holder.ts';
import type { GrantHolder } from './ports.ts';
import { type RedemptionFacts, redemptionChecks } from './redemption.ts';
import type { WaitingReads } from './waiting.ts';

/** A poll of the token endpoint. `stored` is what the person's login made of the request; undefined until then. */
export interface PollFacts extends RedemptionFacts {
  readonly waiting: Awaited<ReturnType<WaitingReads['poll']>>;
}

/** What one grant calls these things. */
interface PollWords {
  /** The first part of each check's name. */
  readonly name: string;
  /** The parameter that the program polls with. */
  readonly parameter: string;
  readonly clauses: {
    readonly request: string;
    readonly errors: string;
  };
}

/** Rules of codes that hold here as they are. */
const ofCodes = (...names: readonly string[]): readonly Check<RedemptionFacts>[] =>
  redemptionChecks.filter(({ name }) => names.includes(name));

/** Whose it is comes before what became of it; only the right client hears more than "unknown". */
const pollChecks = ({ name, parameter, clauses: { request, errors } }: PollWords): readonly Check<PollFacts>[] => [
  {
    name: `${name}.given`,
    clause: request,
    test: ({ code }) => refuseIf(code === undefined, 'invalid_request', `${parameter} is missing`),
  },
  {
    name: `${name}.known`,
    clause: 'RFC 6749 5.2',
    test: ({ waiting }) => refuseIf(waiting === undefined, 'invalid_grant', `the ${parameter} is unknown`),
  },
  {
    name: `${name}.client`,
    clause: `${request}; RFC 6749 5.2 (issued to the authenticated client)`,
    test: ({ waiting, application, issuer }) =>
      refuseIf(
        waiting?.request.client !== application.id || waiting.request.issuer !== issuer.id,
        'invalid_grant',
        `the ${parameter} was issued to another client`,
      ),
  },
  {
    name: `${name}.dpopKey`,
    clause: 'RFC 9449 10 (the key of the request)',
    test: ({ waiting, jkt }) =>
      refuseIf(
        waiting?.request.dpopJkt !== undefined && waiting.request.dpopJkt !== jkt,
        'invalid_grant',
        `the ${parameter} is bound to another DPoP key`,
      ),
  },
  ...ofCodes('code.unused'),
  {
    name: `${name}.fresh`,
    clause: `${errors} (expired_token)`,
    test: ({ waiting, now }) =>
      refuseIf(
        waiting !== undefined && now >= waiting.expiresAt,
        'expired_token',
        `the ${parameter} has expired; ask for a new one`,
      ),
  },
  {
    name: `${name}.denied`,
    clause: `${errors} (access_denied)`,
    test: ({ waiting }) => refuseIf(waiting?.deniedAt !== undefined, 'access_denied', 'the person said no'),
  },
  {
    name: `${name}.pace`,
    clause: `${errors} (slow_down)`,
    test: ({ waiting, stored }) =>
      refuseIf(
        stored === undefined && waiting?.tooSoon === true,
        'slow_down',
        'wait five seconds longer between polls',
      ),
  },
  {
    name: `${name}.decided`,
    clause: `${errors} (authorization_pending)`,
    test: ({ stored }) =>
      refuseIf(stored === undefined, 'authorization_pending', 'the person has not finished yet; ask again'),
  },
  ...ofCodes('code.oneResource', 'code.resource', 'code.bound', 'code.session'),
];

export const deviceRedemptionChecks = pollChecks({
  name: 'device',
  parameter: 'device_code',
  clauses: { request: 'RFC 8628 3.4', errors: 'RFC 8628 3.5' },
});

export const backchannelRedemptionChecks = pollChecks({
  name: 'backchannel',
  parameter: 'auth_req_id',
  clauses: { request: 'CIBA Core 10.1', errors: 'CIBA Core 11' },
});

/** What is looked up for a poll that would get tickets: minutes may lie between the yes and them. */
export interface WaitedFacts {
  readonly now: EpochMs;
  /** Whom the grant is about, as they stand now. */
  readonly holder: GrantHolder;
  /** What policy says now. Undefined when there is nobody to decide about. */
  readonly decision: PolicyDecision | undefined;
}

export const waitedChecks: readonly Check<WaitedFacts>[] = [
  {
    name: 'waited.assignment',
    clause: 'the assignment that the grant speaks of must hold at every ticket',
    test: ({ holder, now }) =>
      refuseIf(
        holder.grant.about.assignment !== undefined && holderAssignment(holder, now) === undefined,
        'access_denied',
        'the assignment that was chosen has ended; ask anew',
      ),
  },
  {
    name: 'waited.permit',
    clause: 'no ticket that policy denies now; a wish for newer proof was met when the person said yes',
    test: ({ decision }) =>
      refuseIf(
        decision === undefined || decision.kind === 'deny',
        'access_denied',
        'a rule refuses it by now; the reference tells which',
      ),
  },
];

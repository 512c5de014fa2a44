// What a device's request is judged by when a person types its code.
import type { EpochMs } from '../../base/clock.ts';
import type { OidcApplication } from '../catalogue/index.ts';
import { type Check, refuseIf } from './check.ts';
import { deviceGrant, type WaitingRequest } from './waiting.ts';

/** A code that somebody typed, with what it leads to. */
export interface UserCodeFacts {
  readonly now: EpochMs;
  /** What was typed, as it was given out; undefined when it is no code of ours. */
  readonly code: string | undefined;
  /** Too many codes were tried there. */
  readonly delayed: boolean;
  readonly device: WaitingRequest | undefined;
  /** It was allowed before. */
  readonly allowed: boolean;
  readonly application: OidcApplication | undefined;
}

export const userCodeChecks: readonly Check<UserCodeFacts>[] = [
  {
    name: 'userCode.form',
    clause: 'RFC 8628 6.1',
    test: ({ code }) => refuseIf(code === undefined, 'invalid_request', 'no user code has that form'),
  },
  {
    name: 'userCode.tries',
    clause: 'RFC 8628 5.1 (user codes are short: tries are limited)',
    test: ({ delayed }) => refuseIf(delayed, 'temporarily_unavailable', 'too many codes were tried from there'),
  },
  {
    name: 'userCode.known',
    clause: 'RFC 8628 3.3',
    test: ({ device }) => refuseIf(device === undefined, 'invalid_grant', 'the user code is unknown'),
  },
  {
    name: 'userCode.fresh',
    clause: 'RFC 8628 3.2 (expires_in is of both codes)',
    test: ({ device, now }) =>
      refuseIf(device !== undefined && now >= device.expiresAt, 'expired_token', 'the user code has expired'),
  },
  {
    name: 'userCode.undecided',
    clause: 'RFC 8628 5.2 and 3.3 (one decision a request)',
    test: ({ device, allowed }) =>
      refuseIf(allowed || device?.deniedAt !== undefined, 'invalid_grant', 'the user code was used before'),
  },
  {
    name: 'userCode.application',
    clause: 'a closed application, or one whose grant was taken away, gets nothing (O9)',
    test: ({ application }) =>
      refuseIf(
        application === undefined || application.closed || !application.grants.includes(deviceGrant),
        'unauthorized_client',
        'the application is closed or has not the device grant any more',
      ),
  },
];

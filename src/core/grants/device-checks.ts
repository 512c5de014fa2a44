// What a device's request is judged by: when a person types its code, and when the device comes for its tickets.
import type { EpochMs } from '../../base/clock.ts';
import type { OidcApplication } from '../catalogue/index.ts';
import { type Check, refuseIf } from './check.ts';
import { type DeviceReads, type DeviceRequest, deviceGrant } from './device.ts';
import { type RedemptionFacts, redemptionChecks } from './redemption.ts';

/** A code that somebody typed, with what it leads to. */
export interface UserCodeFacts {
  readonly now: EpochMs;
  /** What was typed, as it was given out; undefined when it is no code of ours. */
  readonly code: string | undefined;
  /** Too many codes were tried there. */
  readonly delayed: boolean;
  readonly device: DeviceRequest | undefined;
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

/** A poll of the token endpoint. `stored` is what the person's login made of the request; undefined until then. */
export interface DeviceRedemptionFacts extends RedemptionFacts {
  readonly device: Awaited<ReturnType<DeviceReads['pollDevice']>>;
}

/** Rules of codes that hold for a device's as they are. */
const ofCodes = (...names: readonly string[]): readonly Check<RedemptionFacts>[] =>
  redemptionChecks.filter(({ name }) => names.includes(name));

/** Whose it is comes before what became of it; only the right client hears more than "unknown". */
export const deviceRedemptionChecks: readonly Check<DeviceRedemptionFacts>[] = [
  {
    name: 'device.given',
    clause: 'RFC 8628 3.4',
    test: ({ code }) => refuseIf(code === undefined, 'invalid_request', 'device_code is missing'),
  },
  {
    name: 'device.known',
    clause: 'RFC 6749 5.2',
    test: ({ device }) => refuseIf(device === undefined, 'invalid_grant', 'the device_code is unknown'),
  },
  {
    name: 'device.client',
    clause: 'RFC 8628 3.4; RFC 6749 5.2 (issued to the authenticated client)',
    test: ({ device, application, issuer }) =>
      refuseIf(
        device?.request.client !== application.id || device.request.issuer !== issuer.id,
        'invalid_grant',
        'the device_code was issued to another client',
      ),
  },
  {
    name: 'device.dpopKey',
    clause: 'RFC 9449 10 (the key of the device request)',
    test: ({ device, jkt }) =>
      refuseIf(
        device?.request.dpopJkt !== undefined && device.request.dpopJkt !== jkt,
        'invalid_grant',
        'the device_code is bound to another DPoP key',
      ),
  },
  ...ofCodes('code.unused'),
  {
    name: 'device.fresh',
    clause: 'RFC 8628 3.5 (expired_token)',
    test: ({ device, now }) =>
      refuseIf(
        device !== undefined && now >= device.expiresAt,
        'expired_token',
        'the device_code has expired; ask for a new one',
      ),
  },
  {
    name: 'device.denied',
    clause: 'RFC 8628 3.5 (access_denied)',
    test: ({ device }) => refuseIf(device?.deniedAt !== undefined, 'access_denied', 'the person said no'),
  },
  {
    name: 'device.pace',
    clause: 'RFC 8628 3.5 (slow_down)',
    test: ({ device, stored }) =>
      refuseIf(stored === undefined && device?.tooSoon === true, 'slow_down', 'wait five seconds longer between polls'),
  },
  {
    name: 'device.decided',
    clause: 'RFC 8628 3.5 (authorization_pending)',
    test: ({ stored }) =>
      refuseIf(stored === undefined, 'authorization_pending', 'the person has not finished yet; ask again'),
  },
  ...ofCodes('code.oneResource', 'code.resource', 'code.bound', 'code.session'),
];

// What the page asks where a person types the code of a device: whose it is, and then yes or no.
import type { EpochMs } from '../../../base/clock.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import type { Issuer, OidcApplication } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import {
  deviceGrant,
  firstRefusal,
  readUserCode,
  shownUserCode,
  type WaitingRequest,
} from '../../../core/grants/index.ts';
import { networkFinderOf } from '../../../core/policy/index.ts';
import { begin } from './authorize.ts';
import { userHashes } from './device-authorization.ts';
import { type Call, callOf, commonOf, type OidcContext } from './endpoint.ts';
import { refusedRecord } from './records.ts';
import { tryOf } from './tries.ts';
import { denyRequest } from './waiting-answer.ts';

/** A request that waits for its person. */
export interface AskedDevice {
  readonly application: OidcApplication;
  /** The code, as it is shown. */
  readonly code: string;
  /** The address that it came from, and the name of its network, where that is a known one. */
  readonly from: string;
  readonly network: string | undefined;
  readonly at: EpochMs;
  /** Yes: the login begins, or is over at once. */
  readonly allow: (request: HttpRequest) => Promise<HttpResponse>;
  /** No: the device hears access_denied. */
  readonly deny: () => Promise<void>;
}

export interface DeviceDesk {
  /** Whether an application of the hub has the grant. */
  offered(): boolean;
  /** The request of a code, or why there is none. Every wrong code counts against the address that it came from. */
  find(typed: string, request: HttpRequest): Promise<AskedDevice | 'unknown' | 'tooMany'>;
}

/** The desk of a hub, for all its issuers: a code says by itself which it is of. */
export function deviceDesk(context: OidcContext): DeviceDesk {
  const { ports } = context;
  return {
    offered: () =>
      [...ports.catalogue().clients.values()].some(({ grants, closed }) => !closed && grants.includes(deviceGrant)),

    async find(typed, request) {
      const code = readUserCode(typed);
      const now = ports.clock();
      const attempt =
        code === undefined
          ? undefined
          : tryOf(ports, 'device', userHashes(ports.nonces, code)[0] ?? '', request.ip, now);
      const pass = attempt && (await ports.deviceTries.ask(attempt));
      const device =
        code !== undefined && pass?.kind === 'go'
          ? await ports.waiting.byUserCode(userHashes(ports.nonces, code), now)
          : undefined;
      const allowed = device !== undefined && (await ports.reads.code(device.hash, now)) !== undefined;
      const catalogue = ports.catalogue();
      const application = catalogue.clients.get(device?.request.client ?? '');
      const issuer = catalogue.issuers.get(device?.request.issuer ?? '') ?? [...catalogue.issuers.values()][0];
      if (issuer === undefined) return 'unknown';
      const call = callOf(context, issuer, 'device-authorization');
      const delayed = pass !== undefined && pass.kind !== 'go';
      const facts = { now, code, delayed, device, allowed, application };
      const refused = firstRefusal(context.checks.userCode, facts);
      if (refused !== undefined || device === undefined || application === undefined) {
        const why = refused ?? { check: 'userCode.known', error: 'invalid_grant', description: 'no such code' };
        await ports.commit(recordOnly([refusedRecord(commonOf(call, application?.id), why)]));
        return why.check === 'userCode.tries' ? 'tooMany' : 'unknown';
      }
      if (attempt !== undefined && pass?.kind === 'go') await ports.deviceTries.succeeded(attempt, pass);
      return asked(context, call, issuer, device, application, code ?? '');
    },
  };
}

const asked = (
  context: OidcContext,
  call: Call,
  issuer: Issuer,
  { hash, expiresAt, request: of, from, createdAt }: WaitingRequest,
  application: OidcApplication,
  code: string,
): AskedDevice => ({
  application,
  code: shownUserCode(code),
  from,
  network: networkFinderOf(call.catalogue)(from)?.name,
  at: createdAt,
  allow: (request) =>
    begin(
      context,
      callOf(context, issuer, 'device-authorization'),
      { request: of, waiting: { hash, expiresAt } },
      request,
    ),
  deny: async () => {
    await denyRequest(
      context,
      call,
      application.id,
      { hash, expiresAt },
      { check: 'person', error: 'access_denied', description: 'the person did not know of the request' },
    );
  },
});

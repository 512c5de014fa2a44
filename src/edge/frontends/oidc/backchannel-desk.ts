// What the portal asks for a person who is logged in there: which requests wait for them, and then yes or no (CIBA Core 7.3).
import type { EpochMs } from '../../../base/clock.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import type { OidcApplication } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { type AskedRequest, backchannelGrant, firstRefusal, shownRequests } from '../../../core/grants/index.ts';
import { networkFinderOf } from '../../../core/policy/index.ts';
import { begin } from './authorize.ts';
import { callOf, commonOf, type OidcContext } from './endpoint.ts';
import { refusedRecord } from './records.ts';
import { denyRequest } from './waiting-answer.ts';

/** A request that waits for a person. */
export interface PersonsRequest {
  /** Names it in a link of the person's own; worth nothing to anybody else. */
  readonly id: string;
  readonly application: OidcApplication;
  /** What the program shows too. */
  readonly message: string | undefined;
  /** The address that it came from, and the name of its network, where that is a known one. */
  readonly from: string;
  readonly network: string | undefined;
  readonly at: EpochMs;
  /** Yes: the login begins, or is over at once. */
  readonly allow: (request: HttpRequest) => Promise<HttpResponse>;
  /** No: the program hears access_denied. `disowned`: the person never began it. False: it was decided meanwhile. */
  readonly deny: (disowned: boolean) => Promise<boolean>;
}

export interface BackchannelDesk {
  /** Whether an application of the hub has the grant. */
  offered(): boolean;
  /** Those that wait for the person, the oldest first. */
  waiting(person: string): Promise<readonly PersonsRequest[]>;
  /** One of them. Everything else is written down, and undefined. */
  find(person: string, id: string): Promise<PersonsRequest | undefined>;
}

/** The desk of a hub, for all its issuers. */
export function backchannelDesk(context: OidcContext): BackchannelDesk {
  const { ports, checks } = context;
  return {
    offered: () =>
      [...ports.catalogue().clients.values()].some(
        ({ grants, closed }) => !closed && grants.includes(backchannelGrant),
      ),

    async waiting(person) {
      const now = ports.clock();
      const found = await ports.waiting.ofPerson(person, now);
      return shownRequests(person, found, ports.catalogue().clients, now, checks.askedPerson).flatMap(
        (one) => shown(context, one) ?? [],
      );
    },

    async find(person, id) {
      const now = ports.clock();
      const waiting = await ports.waiting.byHash(id);
      const { clients, issuers } = ports.catalogue();
      const application = clients.get(waiting?.request.client ?? '');
      const refused = firstRefusal(checks.askedPerson, { now, person, waiting, application });
      if (refused === undefined) return waiting && shown(context, waiting);
      const issuer = issuers.get(waiting?.request.issuer ?? '') ?? [...issuers.values()][0];
      if (issuer === undefined) return undefined;
      const call = callOf(context, issuer, 'backchannel-authentication');
      const record = refusedRecord(commonOf(call, application?.id), refused);
      await ports.commit(recordOnly([{ ...record, person }]));
      return undefined;
    },
  };
}

function shown(context: OidcContext, waiting: AskedRequest): PersonsRequest | undefined {
  const { hash, expiresAt, request: of, from, createdAt, person } = waiting;
  const catalogue = context.ports.catalogue();
  const application = catalogue.clients.get(of.client);
  const issuer = catalogue.issuers.get(of.issuer);
  if (application === undefined || issuer === undefined) return undefined;
  const call = () => callOf(context, issuer, 'backchannel-authentication');
  return {
    id: hash,
    application,
    message: of.bindingMessage,
    from,
    network: networkFinderOf(catalogue)(from)?.name,
    at: createdAt,
    allow: (request) => begin(context, call(), { request: of, waiting: { hash, expiresAt, person } }, request),
    deny: (disowned) =>
      denyRequest(
        context,
        call(),
        of.client,
        { hash, expiresAt, person },
        {
          check: 'person',
          error: 'access_denied',
          description: disowned ? 'the person did not begin this' : 'the person said no',
        },
        disowned ? { kind: 'ticket.disowned' } : {},
      ),
  };
}

// Judges a request's details by the rules of their types, and makes of them what a ticket, policy and the trail take.
import type { EpochMs } from '../../base/clock.ts';
import type { Api, OidcApplication } from '../catalogue/index.ts';
import { type ContextConditions, type ContextMinimum, conditionsOf } from './conditions.ts';
import type { Carrier, ContextFacts, Detail, DetailFacts, DetailType } from './detail-type.ts';
import { type ContextCheck, type FoundFault, faultIf, faultsOf } from './fault.ts';
import type { OrganisationKey } from './ports.ts';
import { organisationClaims, representedBy } from './types/represented.ts';

/** A detail and how it came here. */
export interface PlacedDetail extends Detail {
  readonly carrier: Carrier;
  readonly receivedAt: EpochMs;
  /** It came with this very request. */
  readonly arrives: boolean;
}

/** Details that passed, as the rest of the hub goes by them. */
export interface TicketContext {
  /** Claims of the access token. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly conditions: ContextConditions;
  /** For the common minimum of the ticket. */
  readonly minimum: ContextMinimum;
  /** What the trail keeps; undefined when there is nothing to keep. */
  readonly trail: Readonly<Record<string, unknown>> | undefined;
  /** The API that was asked for, when the represented organisation has not accepted its terms: the ticket is not for it. */
  readonly barredFrom?: Api | undefined;
}

export type Judged =
  | { readonly ok: true; readonly context: TicketContext }
  | { readonly ok: false; readonly fault: FoundFault };

/** What must hold between the details of one request. */
export const togetherChecks: readonly ContextCheck<Together>[] = [
  {
    name: 'together.oneEntity',
    clause: 'ATT-13 (one ticket is on behalf of one legal entity)',
    test: ({ details, application }) => {
      const entities = details.flatMap(({ type, details: told }) => type.entity(told as never, application) ?? []);
      return faultIf(
        new Set(entities).size > 1,
        'invalid_authorization_details',
        'the details name different legal entities; one ticket is on behalf of one',
      );
    },
  },
];

export interface Together {
  readonly details: readonly Detail[];
  readonly application: OidcApplication;
}

/** The checks of a type, for a test to leave one out. */
export type ChecksOf = (type: DetailType) => DetailType['checks'];

const ownChecks: ChecksOf = ({ checks }) => checks;

/** Judges the details. `ticket`: one is being made, so that what concerns the person counts. */
export function judgeContext(
  details: readonly PlacedDetail[],
  facts: ContextFacts,
  ticket: boolean,
  checksOf: ChecksOf = ownChecks,
  together = togetherChecks,
): Judged {
  for (const { type, details: told, strangers, carrier, receivedAt, arrives } of details) {
    const own = { ...facts, details: told, strangers, carrier, receivedAt, arrives, ticket } as DetailFacts<never>;
    const [fault] = faultsOf(checksOf(type), own);
    if (fault !== undefined) return { ok: false, fault };
  }
  const [fault] = faultsOf(together, { details, application: facts.application });
  if (fault !== undefined) return { ok: false, fault };
  const context = contextOf(details, facts);
  const barredFrom = barredApi(context, facts);
  return {
    ok: true,
    context: barredFrom === undefined ? context : { ...contextOf(details, { ...facts, api: undefined }), barredFrom },
  };
}

function contextOf(details: readonly PlacedDetail[], facts: ContextFacts): TicketContext {
  const { application, api } = facts;
  const told = details.map((each) => each.details as never);
  const claims = details.map(({ type, receivedAt }, at) => {
    if (!goesTo(type, api)) return {};
    return type.claims(type.enrich(told[at] as never, { ...facts, receivedAt }) as never, facts);
  });
  const trail = details.map(({ type, carrier }, at) => [type.type, { carrier, ...type.trail(told[at] as never) }]);
  return {
    claims: Object.assign({}, clientClaimsOf(application), ...claims),
    conditions: conditionsOfDetails(details, application),
    minimum: minimumOf(details, application),
    trail: trail.length === 0 ? undefined : Object.fromEntries(trail),
  };
}

function minimumOf(details: readonly Detail[], application: OidcApplication): ContextMinimum {
  const { represents } = application;
  const parts = details.map(({ type, details: told }) => type.minimum(told as never, application));
  return {
    named: parts.find(({ named }) => named !== undefined)?.named,
    represented: represents && representedBy(represents),
    supplier: represents?.tenancy === 'multi' ? represents.supplier : undefined,
    purpose: parts.find(({ purpose }) => purpose !== undefined)?.purpose,
  };
}

const goesTo = ({ everyApi, type }: DetailType, api: Api | undefined): boolean =>
  everyApi || api?.contextTypes?.includes(type) === true;

/** What a ticket says of the application's organisation without any details. */
const clientClaimsOf = ({ represents }: OidcApplication): Readonly<Record<string, unknown>> =>
  organisationClaims(represents, representedBy(represents));

/** The organisation that a ticket is on behalf of: the parent that it names. */
function representedParent(context: Pick<TicketContext, 'claims'>): OrganisationKey | undefined {
  const parent = context.claims['helseid://claims/client/claims/orgnr_parent'];
  return typeof parent === 'string' ? parent : undefined;
}

/** The API of the ticket, when it is only for those who accepted its terms and the represented organisation did not. */
function barredApi(
  context: Pick<TicketContext, 'claims'>,
  { api, organisations, application }: ContextFacts,
): Api | undefined {
  if (api?.requiresTerms !== true || application.represents === undefined) return undefined;
  const parent = representedParent(context);
  const accepted = parent !== undefined && organisations.get(parent)?.terms.includes(api.id) === true;
  return accepted ? undefined : api;
}

/** What policy is asked with: what the details say, and whom the application always speaks for. */
export function conditionsOfDetails(details: readonly Detail[], application: OidcApplication): ContextConditions {
  const own = representedBy(application.represents);
  const always = [own.child, own.parent].filter((number) => number !== undefined);
  return conditionsOf([
    ...details.map(({ type, details: told }) => type.conditions(told as never, application)),
    { workplaces: always },
  ]);
}

// By which way details may come: two carriers, neither of them a plain parameter, and never the same type by both.
import { isJsonObject, type JsonValue } from '../../base/jose/index.ts';
import { type ContextCheck, faultIf } from './fault.ts';

/** The claims of one signed JWT that carry details. */
export interface CarriedDetails {
  readonly authorization_details?: JsonValue | undefined;
  readonly assertion_details?: JsonValue | undefined;
}

export interface CarrierFacts {
  /** At the token endpoint, or in an authorization request. */
  readonly at: 'token' | 'request';
  /** The client authenticates with a shared secret. */
  readonly secret: boolean;
  /** Names of details that came as parameters of the form or query. */
  readonly plain: readonly string[];
  readonly requestObject: CarriedDetails;
  readonly assertion: CarriedDetails;
  /** Types that the grant holds from its request object. */
  readonly sticky: readonly string[];
}

export const detailNames = ['authorization_details', 'assertion_details'] as const;

const carried = (claims: CarriedDetails): readonly string[] =>
  detailNames.filter((name) => claims[name] !== undefined && claims[name] !== null);

/** The details of an assertion, by whichever name. */
export const detailsOfAssertion = (claims: CarriedDetails): JsonValue | undefined =>
  claims.assertion_details ?? claims.authorization_details ?? undefined;

/** Names of the types in a value, whatever else is in it. */
function typesIn(value: JsonValue | undefined): readonly string[] {
  const elements: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value as JsonValue];
  return elements.flatMap((each) => (isJsonObject(each) && typeof each.type === 'string' ? [each.type] : []));
}

export const carrierChecks: readonly ContextCheck<CarrierFacts>[] = [
  {
    name: 'carrier.secret',
    clause: 'HID-1008 (a client with a shared secret passes no details)',
    test: ({ plain, secret }) =>
      faultIf(
        plain.length > 0 && secret,
        'HID-1008',
        'a client with a shared secret cannot pass details; register a key',
      ),
  },
  {
    name: 'carrier.plain',
    clause: 'HID-1007; TR ADR 202306141 (signed carriers alone)',
    test: ({ plain }) =>
      faultIf(
        plain.length > 0,
        'HID-1007',
        `${plain[0]} is no parameter here: send it inside the signed request object, or inside the client assertion at the token endpoint`,
      ),
  },
  {
    name: 'carrier.objectName',
    clause: 'HID-1007 (in a request object: authorization_details)',
    test: ({ requestObject }) =>
      faultIf(
        carried(requestObject).includes('assertion_details'),
        'HID-1007',
        'in a request object the details are called authorization_details',
      ),
  },
  {
    name: 'carrier.oneName',
    clause: 'HID-1007 (both names at once are refused)',
    test: ({ assertion }) =>
      faultIf(
        carried(assertion).length > 1,
        'HID-1007',
        'the client assertion has both assertion_details and authorization_details; send assertion_details',
      ),
  },
  {
    name: 'carrier.tokenAlone',
    clause: 'HID-1009, HID-1007 (in an authorization request: the request object)',
    test: ({ at, assertion }) =>
      faultIf(
        at === 'request' && carried(assertion).length > 0,
        typesIn(detailsOfAssertion(assertion)).includes('helseid_authorization') ? 'HID-1009' : 'HID-1007',
        'with an authorization request the details are sent in the signed request object',
      ),
  },
  {
    name: 'carrier.once',
    clause: 'profile of the trust framework: HID-DOUBLE-STRUCTURE',
    test: ({ assertion, sticky }) =>
      faultIf(
        typesIn(detailsOfAssertion(assertion)).some((type) => sticky.includes(type)),
        'HID-DOUBLE-STRUCTURE',
        'the same details came in the request object and in the client assertion',
      ),
  },
];

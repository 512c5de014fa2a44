// Who the client says it is and whether it proves it: private_key_jwt, and in the basic profile a secret.
import type { EpochMs } from '../../../base/clock.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import {
  type AudienceRule,
  type CheckedClientAssertion,
  checkClientAssertion,
  issuerOnlyAudience,
  issuerOrEndpointAudience,
  parseClientAssertion,
} from '../../../base/jose/index.ts';
import {
  type CatalogueSnapshot,
  type Issuer,
  type OidcApplication,
  type ProfileRules,
  profileOf,
} from '../../../core/catalogue/index.ts';
import type { Claim } from '../../../core/commit/index.ts';
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import { basicCredentials } from './basic-credentials.ts';
import type { ClientKeys } from './client-keys.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { once, type Parameters } from './parameters.ts';

type Method = OidcApplication['authentication']['method'];
type AssertionVerdict =
  | { readonly ok: true; readonly assertion: CheckedClientAssertion }
  | { readonly ok: false; readonly failed: string };

/** What is known of the client that called. */
export interface ClientFacts {
  readonly issuer: Issuer;
  /** Ways of authentication that the request uses. */
  readonly presented: readonly Method[];
  /** Different client ids that the request names. */
  readonly ids: readonly string[];
  readonly application: OidcApplication | undefined;
  readonly assertionType: string | undefined;
  /** The judged assertion; undefined when none was sent. Verified when first asked for. */
  readonly assertion: () => AssertionVerdict | undefined;
  readonly secretRight: boolean;
}

export interface ClientPorts {
  readonly keys: ClientKeys;
  readonly verifySecret: (hash: string, secret: string) => Promise<boolean>;
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Gathers a client's credentials. `endpoint` is the URL that was called (an audience in the basic profile). */
export async function gatherClient(
  given: {
    readonly request: HttpRequest;
    readonly parameters: Parameters;
    readonly issuer: Issuer;
    readonly endpoint: string;
    readonly catalogue: CatalogueSnapshot;
    readonly now: EpochMs;
  },
  ports: ClientPorts,
): Promise<ClientFacts> {
  const { parameters, issuer, endpoint, catalogue, now } = given;
  const basic = basicCredentials(given.request);
  const secret = parameters.get('client_secret');
  const token = parameters.get('client_assertion');
  const presented: Method[] = [];
  if (basic !== undefined) presented.push('client_secret_basic');
  if (secret !== undefined) presented.push('client_secret_post');
  if (token !== undefined) presented.push('private_key_jwt');

  const strict = token === undefined ? undefined : parseClientAssertion(token);
  // Who sent it is read out of what only a lenient profile takes, too: else a stricter one could not say what is wrong.
  const parsed =
    token === undefined || strict?.ok === true ? strict : parseClientAssertion(token, { numericStrings: true });
  const named = [
    basic === undefined ? undefined : basic.id,
    parameters.get('client_id'),
    parsed?.ok === true ? parsed.assertion.claims.sub : undefined,
  ].filter((id) => id !== undefined && id !== '');
  const ids = [...new Set(named as string[])];
  const first = ids[0];
  const application = ids.length === 1 && first !== undefined ? catalogue.clients.get(first) : undefined;

  const loading =
    application === undefined || parsed?.ok !== true
      ? []
      : ports.keys(application, parsed.assertion.jws.header.kid, now);
  const keys = loading instanceof Promise ? await loading : loading;
  const offered = basic?.secret ?? secret;
  const hash = presented.length === 1 ? secretHashOf(application, presented[0]) : undefined;
  // Argon2id is work that strangers could order: it is done only where its outcome decides. Client ids are no secret.
  const secretRight = offered !== undefined && hash !== undefined && (await ports.verifySecret(hash, offered));

  return {
    issuer,
    presented,
    ids,
    application,
    assertionType: parameters.get('client_assertion_type'),
    secretRight,
    assertion: once(() => {
      if (parsed === undefined) return undefined;
      const rules = profileOf(application);
      const reading = strict?.ok === true || !rules.datesAsText ? strict : parsed;
      if (reading?.ok !== true) return { ok: false, failed: reading?.reason ?? 'absent' };
      return checkClientAssertion(reading.assertion, {
        clientId: application?.id ?? '',
        keys,
        now,
        audience: audienceOf(rules, issuer, endpoint),
        maxLifetimeSeconds: catalogue.settings.lifetimes.clientAssertion,
        leewayPastSeconds: rules.assertionGraceSeconds,
        algorithms: rules.clientAlgorithms,
      });
    }),
  };
}

/** What `aud` of an assertion may be. */
function audienceOf(rules: ProfileRules, issuer: Issuer, endpoint: string): AudienceRule {
  switch (rules.assertionAudience) {
    case 'issuer':
      return issuerOnlyAudience(issuer.url);
    case 'issuerOrEndpoint':
      return issuerOrEndpointAudience(issuer.url, endpoint);
    case 'ownUrls': {
      const inUse = [endpointUrl(issuer, 'token'), endpointUrl(issuer, 'par'), endpoint];
      return { accepted: [issuer.url, `${issuer.url}/`, ...inUse], array: 'each' };
    }
  }
}

/** The hash that a secret is held against: of an open application that is registered for this very method. */
function secretHashOf(application: OidcApplication | undefined, method: Method | undefined): string | undefined {
  if (application === undefined || application.closed || application.authentication.method !== method) return undefined;
  return 'secretHash' in application.authentication ? application.authentication.secretHash : undefined;
}

export interface WithClient {
  readonly client: ClientFacts;
}

export const clientChecks: readonly Check<WithClient>[] = [
  {
    name: 'client.oneMethod',
    clause: 'RFC 6749 2.3 (no more than one method a request)',
    test: ({ client }) =>
      refuseIf(client.presented.length > 1, 'invalid_request', 'authenticate the client in one way, not in several'),
  },
  {
    name: 'client.oneId',
    clause: 'RFC 7521 4.2 (client_id must name the same client as the assertion)',
    test: ({ client }) =>
      refuseIf(client.ids.length > 1, 'invalid_client', 'client_id and the credentials name different clients'),
  },
  {
    name: 'client.known',
    clause: 'RFC 6749 5.2',
    test: ({ client: { application, issuer } }) =>
      refuseIf(
        application === undefined || application.issuer !== issuer.id,
        'invalid_client',
        'no such client at this issuer',
      ),
  },
  {
    name: 'client.open',
    clause: 'a closed application gets nothing',
    test: ({ client }) => refuseIf(client.application?.closed === true, 'invalid_client', 'the application is closed'),
  },
  {
    name: 'client.registeredMethod',
    clause: 'OIDC Core 9; RFC 9700 2.5',
    test: ({ client: { application, presented } }) =>
      refuseIf(
        presented[0] !== application?.authentication.method,
        'invalid_client',
        presented.length === 0
          ? `the client must authenticate here: ${wantedCredentials(application)}`
          : `the client is registered for ${application?.authentication.method}`,
      ),
  },
  {
    name: 'client.profileMethod',
    clause: 'FAPI 2.0 SP 5.3.2.1 clause 6 (private_key_jwt)',
    test: ({ client: { application, presented } }) =>
      refuseIf(
        !profileOf(application).secrets && presented[0] !== 'private_key_jwt',
        'invalid_client',
        `the ${application?.profile} profile takes private_key_jwt alone`,
      ),
  },
  {
    name: 'client.assertionType',
    clause: 'RFC 7521 4.2; RFC 7523 2.2',
    test: ({ client }) =>
      refuseIf(
        client.presented[0] === 'private_key_jwt' && client.assertionType !== assertionType,
        'invalid_client',
        `client_assertion_type must be ${assertionType}`,
      ),
  },
  {
    name: 'client.assertion',
    clause: 'RFC 7523 3; FAPI 2.0 SP 5.3.2.1 clauses 8 and 13',
    test: ({ client }) => {
      const verdict = client.assertion();
      return verdict === undefined || verdict.ok
        ? undefined
        : {
            error: 'invalid_client',
            description: `client_assertion is refused: ${assertionAdvice(verdict.failed, client)}`,
          };
    },
  },
  {
    name: 'client.secret',
    clause: 'RFC 6749 2.3.1',
    test: ({ client }) =>
      refuseIf(
        client.presented[0]?.startsWith('client_secret') === true && !client.secretRight,
        'invalid_client',
        'the client secret is wrong',
      ),
  },
];

const wantedCredentials = (application: OidcApplication | undefined): string =>
  application?.authentication.method === 'private_key_jwt'
    ? 'send client_assertion and client_assertion_type'
    : 'send the client secret';

/** Claims that make an assertion single use, across all hub processes. */
export function clientClaims({ application, assertion }: ClientFacts): readonly Claim[] {
  const verdict = assertion();
  if (application === undefined || verdict?.ok !== true) return [];
  return [{ scope: 'assertion', key: `${application.id} ${verdict.assertion.jti}`, until: verdict.assertion.until }];
}

const advice: Readonly<Record<string, string>> = {
  type: 'typ must be client-authentication+jwt, JWT or absent',
  algorithm: 'alg is not one that the profile allows',
  issuer: 'iss must be the client_id',
  subject: 'sub must be the client_id',
  tokenId: 'jti is missing',
  expiry: 'exp is missing',
  notExpired: 'it has expired; make a new one for each request',
  lifetime: 'exp is too far ahead; 60 seconds is the limit',
  notBefore: 'nbf is in the future; check the clock',
  issuedAt: 'iat is in the future; check the clock',
  signature: 'the signature does not verify with a registered key',
};

function assertionAdvice(failed: string, { issuer, application }: ClientFacts): string {
  if (failed === 'audience')
    return profileOf(application).assertionAudience === 'issuer'
      ? `aud must be the issuer as a string: ${issuer.url}`
      : 'aud must be the issuer or the URL of this endpoint';
  return advice[failed] ?? `it is not well-formed (${failed})`;
}

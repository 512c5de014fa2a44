// The checks on applications: references, redirect URIs (O1) and what a protocol profile allows.

import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import { hubScopes } from './hub-scopes.ts';
import { mayRotateKeys, ownKeyScopes } from './own-keys.ts';
import { profileOf } from './protocol-profile.ts';
import { keyFault } from './public-keys.ts';
import { isLoopback, redirectUriFault, uriFaultTexts } from './redirect-uri.ts';
import type { OidcApplication } from './snapshot.ts';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** Grants that people log in by. */
const peopleGrants = [
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
] as const;

type Say = (path: readonly (string | number)[], message: string) => CatalogueProblem;

/** A check of each application by itself. */
function each(
  name: string,
  clause: string,
  test: (application: OidcApplication, say: Say, facts: CheckFacts) => Iterable<CatalogueProblem>,
): CatalogueCheck {
  return {
    name,
    clause,
    *test(facts) {
      for (const application of facts.snapshot.clients.values()) {
        yield* test(
          application,
          (path, message) => ({ kind: 'application', id: application.id, path, message }),
          facts,
        );
      }
    },
  };
}

const hasGrant = (application: OidcApplication, grant: OidcApplication['grants'][number]) =>
  application.grants.includes(grant);

export const applicationChecks: readonly CatalogueCheck[] = [
  each(
    'application.references',
    'house: found by configured id',
    function* (application, say, { snapshot, organisations }) {
      if (!snapshot.issuers.has(application.issuer)) yield say(['issuer'], `there is no issuer ${application.issuer}`);
      if (application.organisation && organisations && !organisations.has(application.organisation)) {
        yield say(['organisation'], `there is no organisation ${application.organisation}`);
      }
      if (application.federation !== undefined && !snapshot.federations.has(application.federation)) {
        yield say(['federation'], `there is no federation ${application.federation}`);
      }
      for (const [index, api] of application.apis.entries()) {
        if (!snapshot.apis.has(api)) yield say(['apis', index], `there is no API ${api}`);
      }
      for (const [index, api] of application.introspects.entries()) {
        if (!snapshot.apis.has(api)) yield say(['introspects', index], `there is no API ${api}`);
      }
      for (const [index, provider] of (application.providers ?? []).entries()) {
        if (!snapshot.providers.has(provider)) yield say(['providers', index], `there is no provider ${provider}`);
      }
      const { clientSystem } = application;
      if (clientSystem !== undefined && !snapshot.clientSystems.has(clientSystem))
        yield say(['clientSystem'], `there is no client system ${clientSystem}`);
    },
  ),
  each('application.redirectUris', 'O1; RFC 9700 2.1; FAPI 2.0 SP 5.3.2.2', function* (application, say) {
    for (const member of ['redirectUris', 'postLogoutRedirectUris'] as const) {
      for (const [index, uri] of application[member].entries()) {
        const fault = redirectUriFault(uri, application.profile);
        if (fault) yield say([member, index], `${uri}: ${uriFaultTexts[fault]}`);
      }
    }
  }),
  each('application.otherUris', 'O1; RFC 9700 4.11', function* (application, say) {
    const { authentication } = application;
    const uris: [readonly string[], string | undefined][] = [
      [['backchannelLogoutUri'], application.backchannelLogoutUri],
      [['homeUrl'], application.homeUrl],
      [['authentication', 'jwksUri'], 'jwksUri' in authentication ? authentication.jwksUri : undefined],
    ];
    for (const [path, uri] of uris) {
      const fault = uri === undefined ? undefined : redirectUriFault(uri, application.profile);
      if (fault) yield say(path, `${uri}: ${uriFaultTexts[fault]}`);
    }
  }),
  each('application.frontchannel', 'Front-Channel Logout 1.0 section 2', function* (application, say) {
    const { frontchannelLogoutUri: uri, redirectUris, profile } = application;
    if (uri === undefined) return;
    const member = ['frontchannelLogoutUri'];
    const fault = redirectUriFault(uri, profile);
    if (fault) yield say(member, `${uri}: ${uriFaultTexts[fault]}`);
    // A page over https shows no frame over http, not even of this machine.
    else if (!uri.startsWith('https:'))
      yield say(member, `${uri}: write an https URL: it is a frame in a page over https`);
    else if (!redirectUris.some((one) => URL.parse(one)?.origin === new URL(uri).origin))
      yield say(member, `${uri}: its scheme, host and port must be those of a redirect URI`);
  }),
  each('application.grants', 'RFC 6749 4.1, 4.4, 6; RFC 8628; CIBA Core 4', function* (application, say) {
    const people = peopleGrants.some((grant) => hasGrant(application, grant));
    if (hasGrant(application, 'authorization_code') && application.redirectUris.length === 0) {
      yield say(['redirectUris'], 'an application with authorization_code needs a redirect URI');
    }
    if (hasGrant(application, 'refresh_token') && !people) {
      yield say(['grants'], `refresh_token needs one of ${peopleGrants.join(', ')} beside it`);
    }
    if (people && !application.scopes.includes('openid')) {
      yield say(['scopes'], 'an application that people log in to needs the scope openid');
    }
  }),
  each('application.scopes', 'RFC 6749 3.3', function* (application, say, { snapshot }) {
    const offered = new Set(application.apis.flatMap((api) => snapshot.apis.get(api)?.scopes ?? []));
    for (const [index, scope] of application.scopes.entries()) {
      if (!hubScopes.includes(scope) && !offered.has(scope)) {
        yield say(
          ['scopes', index],
          `${scope} is neither a scope of the hub (${hubScopes.join(', ')}) nor of this application's APIs`,
        );
      }
    }
  }),
  each('application.profile', 'FAPI 2.0 SP 5.3.2.1, 5.4.1; protocol-profile.ts', function* (application, say) {
    const { profile, idTokenAlgorithm } = application;
    const { secrets, idTokenAlgorithms, ...rules } = profileOf(application);
    if (!secrets && application.authentication.method !== 'private_key_jwt') {
      yield say(
        ['authentication', 'method'],
        `profile ${profile} needs private_key_jwt; a client secret needs profile basic, which shows as weaker`,
      );
    }
    if (idTokenAlgorithm !== undefined && !idTokenAlgorithms.includes(idTokenAlgorithm)) {
      yield say(
        ['idTokenAlgorithm'],
        `profile ${profile} allows ${idTokenAlgorithms.join(', ')}, not ${idTokenAlgorithm}`,
      );
    }
    for (const [member, demand] of [
      ['requirePushedRequest', rules.pushedRequests],
      ['requireBoundTokens', rules.boundTokens],
      ['refreshUse', rules.rotation],
    ] as const) {
      if (application[member] !== undefined && demand !== 'byApplication') {
        yield say([member], `profile ${profile} decides this itself: leave it out, or choose profile helseid`);
      }
    }
  }),
  each('application.keys', 'FAPI 2.0 SP 5.4.1; RFC 7517 9.2', function* (application, say) {
    if (!('jwks' in application.authentication)) return;
    for (const [index, jwk] of application.authentication.jwks.keys.entries()) {
      const fault = keyFault(jwk, application.profile);
      if (fault) yield say(['authentication', 'jwks', 'keys', index], fault);
    }
  }),
  each(
    'application.represents',
    'HelseID client_tenancy; core/context',
    function* ({ represents, authentication }, say) {
      if (represents === undefined) return;
      const { tenancy, parent, supplier, child } = represents;
      if (tenancy === 'single' && parent === undefined)
        yield say(['represents', 'parent'], 'a single-tenant application needs the number of its organisation');
      if (tenancy !== 'single' && (parent !== undefined || child !== undefined))
        yield say(
          ['represents', parent === undefined ? 'child' : 'parent'],
          'only a single-tenant application has this',
        );
      if ((tenancy === 'multi') !== (supplier !== undefined))
        yield say(['represents', 'supplier'], 'a multi-tenant application, and no other, names its supplier');
      if (tenancy !== 'none' && authentication.method !== 'private_key_jwt')
        yield say(['represents'], 'an application that speaks for an organisation authenticates with a key (HID-1008)');
    },
  ),
  each('application.exchange', 'RFC 8693 5; FAPI 2.0 SP 5.3.2.1', function* (application, say, { snapshot }) {
    for (const [index, { application: actor }] of (application.actors ?? []).entries()) {
      const found = snapshot.clients.get(actor);
      if (found === undefined) yield say(['actors', index], `there is no application ${actor}`);
      else if (!hasGrant(found, tokenExchange))
        yield say(['actors', index], `${actor} has not the grant ${tokenExchange}`);
    }
    if (!hasGrant(application, tokenExchange)) return;
    if (application.introspects.length === 0) {
      yield say(
        ['introspects'],
        'an application that exchanges tickets is the resource server of the API that they are for',
      );
    }
    if (application.authentication.method !== 'private_key_jwt') {
      yield say(['authentication', 'method'], `${tokenExchange} needs private_key_jwt`);
    }
  }),
  each('application.ownKeys', 'self-service is for keys that are registered here', function* (application, say) {
    const { scopes, keyDays } = application;
    const asks = scopes.some((scope) => ownKeyScopes.includes(scope));
    if (asks && (!mayRotateKeys(application) || !hasGrant(application, 'client_credentials'))) {
      yield say(
        ['scopes'],
        `${ownKeyScopes.join(' and ')} need private_key_jwt with jwks in the record, and the grant client_credentials`,
      );
    }
    if (keyDays !== undefined && !asks) yield say(['keyDays'], `is only for an application with ${ownKeyScopes[0]}`);
  }),
  each('application.loopback', 'RFC 8252 8.3', function* (application, say) {
    // Loopback over http is for a developer's machine: never beside addresses that patients' data reach.
    const plain = application.redirectUris.some((uri) => uri.startsWith('http:') && isLoopback(uri));
    if (plain && application.redirectUris.some((uri) => !isLoopback(uri))) {
      yield say(
        ['redirectUris'],
        'do not mix http loopback addresses with others: make an application of its own for development',
      );
    }
  }),
];

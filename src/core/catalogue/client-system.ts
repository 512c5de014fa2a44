// A program that a supplier sells to many organisations: what applications made from its drafts have, at most.
import { type LocalizedText, locales } from '../../wire/codes/index.ts';
import type { Api } from './api.ts';
import { hubScopes } from './hub-scopes.ts';
import { isLoopback } from './redirect-uri.ts';
import type { GrantType, OidcApplication, ProtocolProfile } from './snapshot.ts';

/** The most that a draft of the system may ask. */
export interface DraftTemplate {
  readonly profile: ProtocolProfile;
  /** `client_credentials` is always among them: the application looks after its own keys. */
  readonly grants: readonly GrantType[];
  readonly apis: readonly string[];
  /** Scopes of the APIs that may be asked for; scopes of the hub among them are given to each application. */
  readonly scopes: readonly string[];
  /** The only addresses; of a loopback address the port is free. */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly minimumAssurance: OidcApplication['minimumAssurance'];
}

export interface ClientSystem {
  readonly id: string;
  readonly name: LocalizedText;
  /** The organisation that makes it. */
  readonly supplier: string;
  /** Where its applications log in and get tickets. */
  readonly issuer: string;
  /** SHA-256, base64url, of its api keys: two while one takes the other's place. */
  readonly apiKeyHashes: readonly string[];
  /** Takes no drafts, and none that waits can be confirmed. */
  readonly closed: boolean;
  readonly template: DraftTemplate;
  /** Where the browser may go on to from the confirmation; of a loopback address the port is free. */
  readonly returnUris: readonly string[];
}

/** Scope of a ticket for the application's own record; HelseID's name. */
export const selfServiceScope = 'nhn:selvbetjening/client';

/** The registered address that this one is: byte for byte, or a loopback address on another port (RFC 8252 7.3). */
export function registeredAddress(uri: string, registered: readonly string[]): boolean {
  if (registered.includes(uri)) return true;
  return isLoopback(uri) && registered.some((each) => isLoopback(each) && withoutPort(each) === withoutPort(uri));
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}

/** What one draft asks within the template. */
export interface TemplateWish {
  readonly id: string;
  readonly name: LocalizedText;
  readonly organisation?: string | undefined;
  /** Of the organisation, and of the units that may be named. */
  readonly number?: string | undefined;
  readonly children: readonly string[];
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
}

/** The application that a draft becomes. */
export function applicationByTemplate(
  { id: system, issuer, template }: ClientSystem,
  wish: TemplateWish,
  apis: ReadonlyMap<string, Api>,
): OidcApplication {
  const { id, name, organisation, number, children, keys, redirectUris, postLogoutRedirectUris } = wish;
  const given = template.scopes.filter((scope) => hubScopes.includes(scope));
  const scopes = [...new Set([...given, ...wish.scopes, selfServiceScope])];
  return {
    id,
    issuer,
    name,
    profile: template.profile,
    closed: false,
    organisation,
    redirectUris,
    postLogoutRedirectUris,
    authentication: { method: 'private_key_jwt', jwks: { keys } },
    grants: grantsOf(template, redirectUris),
    scopes,
    apis: template.apis.filter((api) => apis.get(api)?.scopes.some((scope) => scopes.includes(scope)) === true),
    minimumAssurance: template.minimumAssurance,
    requireAssignment: false,
    requireSignedRequest: false,
    introspects: [],
    ...(number === undefined
      ? {}
      : {
          represents: {
            tenancy: 'single',
            parent: number,
            children,
            allowParent: false,
            allowChild: children.length > 0,
          },
        }),
    clientSystem: system,
  };
}

/** Without an address to send a browser to, there is no code; without people, nothing to refresh. */
function grantsOf({ grants }: DraftTemplate, redirectUris: readonly string[]): readonly GrantType[] {
  const kept = grants.filter((grant) => grant !== 'authorization_code' || redirectUris.length > 0);
  const people = kept.some((grant) => grant !== 'refresh_token' && grant !== 'client_credentials');
  const useful = kept.filter((grant) => grant !== 'refresh_token' || people);
  return [...new Set<GrantType>([...useful, 'client_credentials'])];
}

/** Name of such an application: the system at the organisation, in each language that the system has a name in. */
export function systemAt(name: LocalizedText, organisation: string): LocalizedText {
  const at = (text: string): string => `${text} (${organisation})`.slice(0, 200);
  const others = locales.flatMap((locale) => {
    const text = name[locale];
    return text === undefined ? [] : [[locale, at(text)] as const];
  });
  return { ...Object.fromEntries(others), en: at(name.en) };
}

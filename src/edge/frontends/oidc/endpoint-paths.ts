// Where the endpoints of an issuer lie below its URL: one table a layout, so that clients with paths in them work too.
import type { EndpointLayout, Issuer } from '../../../core/catalogue/index.ts';
import type { Endpoint } from './records.ts';

/** Everything that has a URL of its own below an issuer. */
export type IssuerPage = Exclude<Endpoint, 'hub-api'> | 'jwks';

const paths: Readonly<Record<EndpointLayout, Readonly<Record<IssuerPage, string>>>> = {
  plain: {
    par: '/par',
    authorize: '/authorize',
    token: '/token',
    userinfo: '/userinfo',
    introspect: '/introspect',
    revoke: '/revoke',
    'end-session': '/end-session',
    'client-keys': '/client-keys',
    'client-drafts': '/client-drafts',
    'client-status': '/client-status',
    'device-authorization': '/device_authorization',
    'backchannel-authentication': '/bc-authorize',
    jwks: '/jwks',
  },
  /** As HelseID's discovery document has them. */
  helseid: {
    par: '/connect/par',
    authorize: '/connect/authorize',
    token: '/connect/token',
    userinfo: '/connect/userinfo',
    introspect: '/connect/introspect',
    revoke: '/connect/revocation',
    'end-session': '/connect/endsession',
    // Of HelseID's self-service, whose base address is then the issuer.
    'client-keys': '/v1/client-secret',
    'client-drafts': '/v1/client-drafts',
    'client-status': '/v1/client-status',
    'device-authorization': '/connect/deviceauthorization',
    'backchannel-authentication': '/connect/ciba',
    jwks: '/.well-known/openid-configuration/jwks',
  },
};

/** What only clients of HelseID look for; no other layout has it. */
export type HelseidPage = 'check-session' | 'expired-jwks' | 'available-idps';

const helseidPaths: Readonly<Record<HelseidPage, string>> = {
  'check-session': '/connect/checksession',
  'expired-jwks': '/connect/expiredjwks',
  'available-idps': '/connect/availableidps',
};

/** Whether the issuer serves the pages of HelseID's own: session iframe, retired keys, providers. */
export const hasHelseidPages = (issuer: Issuer): boolean => issuer.endpoints === 'helseid';

/** Path of such a page below the issuer's URL. */
export const helseidPath = (page: HelseidPage): string => helseidPaths[page];

/** Path below the issuer's URL, with a slash at its beginning. */
export const endpointPath = (issuer: Issuer, page: IssuerPage): string => paths[issuer.endpoints ?? 'plain'][page];

/** URL of an endpoint of an issuer. */
export const endpointUrl = (issuer: Issuer, page: IssuerPage): string => issuer.url + endpointPath(issuer, page);

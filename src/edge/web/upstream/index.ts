// Public face of edge/web/upstream.
export {
  type BackchannelOutcome,
  backchannelLogoutPath,
  frontchannelLogoutPath,
  registrationPath,
  type UpstreamLogoutPorts,
  upstreamLogoutRoutes,
} from './logout-routes.ts';
export {
  type SamlLogoutInput,
  type SamlLogoutOutcome,
  type SamlLogoutPorts,
  samlLogoutRoutes,
} from './saml-logout-routes.ts';

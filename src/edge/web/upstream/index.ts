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
  type CarriedSamlLogout,
  type SamlLogoutAnswer,
  type SamlLogoutInput,
  type SamlLogoutOutcome,
  type SamlLogoutPorts,
  samlLogoutDonePath,
  samlLogoutRoutes,
} from './saml-logout-routes.ts';
export { wrongTries } from './wrong-tries.ts';

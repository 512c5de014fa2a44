// Public face of edge/web/upstream.
export {
  type BackchannelOutcome,
  backchannelLogoutPath,
  frontchannelLogoutPath,
  registrationPath,
  type UpstreamLogoutPorts,
  upstreamLogoutRoutes,
} from './logout-routes.ts';

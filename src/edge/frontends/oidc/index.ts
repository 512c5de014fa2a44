// Public face of the OpenID frontend.

export type { BackchannelDesk, PersonsRequest } from './backchannel-desk.ts';
export {
  type BackchannelLogout,
  backchannelUri,
  deliverBackchannelLogout,
  type LogoutDelivery,
  type PostForm,
} from './backchannel-logout.ts';
export { type OidcChecks, oidcChecks } from './checks.ts';
export type { AskedDevice, DeviceDesk } from './device-desk.ts';
export { logoutUrl, registeredTarget } from './end-session.ts';
export { frontchannelLogoutUrl } from './frontchannel-logout.ts';
export { createOidcFrontend, issuerPath, type OidcFrontend } from './frontend.ts';
export type { Guarded, GuardWish, HubApiGuard, HubCaller } from './hub-api.ts';
export { fromMemo, type OidcMemo } from './memo.ts';
export type { BrowserFace, IssuerKeys, LogoutTarget, OidcPorts, ReleaseWish } from './ports.ts';
export { removedWatchCookie } from './session-state.ts';

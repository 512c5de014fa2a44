// Public face of edge/web/portal.
export { loggedOutPath, type TargetFields } from './logout-pages.ts';
export { portalAnswer, portalLogin, portalRoutes } from './portal-routes.ts';
export type {
  DeviceSwitch,
  LogoutRow,
  OwnLogin,
  PortalPorts,
  RecentLogin,
  StartContent,
  TrailReader,
} from './ports.ts';
export type { TrailEvent } from './trail-groups.ts';

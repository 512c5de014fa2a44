// Public face of edge/web/portal.
export type {
  AccountDesk,
  AccountDone,
  AccountEvent,
  AccountFilter,
  AccountLine,
  AccountLook,
  AccountView,
  DirectoryReader,
  DryRun,
  RuleDraft,
} from './accounts/index.ts';
export type { ShownEvent, TrailDesk } from './audit/index.ts';
export type { CardDesk, CardDone, CardFilter, CardLine, CardView, IssuerWork, SoftCardDone } from './cards/index.ts';
export { draftPath } from './client-draft-pages.ts';
export type { ClientDrafts, DraftView, ShownDraft } from './client-draft-ports.ts';
export type { CutoffDesk, EndingWay } from './cutoffs/index.ts';
export type { CodeMade, DeviceLine, EnrolledDevices } from './devices/index.ts';
export type { DriftDesk, DriftDone, DriftView, ShownDrift, ShownTarget } from './drift/index.ts';
export type { HeldDesk, HeldDone, HeldView } from './held/index.ts';
export { loggedOutPath, passingOn, type TargetFields } from './logged-out-path.ts';
export { portalAnswer, portalLogin, portalRoutes } from './portal-routes.ts';
export type {
  DeviceAsked,
  DeviceCodes,
  DeviceSwitch,
  LogoutDeparture,
  LogoutRow,
  OwnLogin,
  PersonalRequest,
  PersonalRequests,
  PortalPorts,
  RecentLogin,
  StartContent,
  TrailReader,
  UpstreamLogout,
} from './ports.ts';
export type {
  RenewalDesk,
  RenewalDone,
  RenewalItem,
  RenewalLine,
  RenewalReason,
  RenewalView,
} from './renewals/index.ts';
export type { TrailEvent } from './trail-groups.ts';
export { logoutCookieName, upstreamBackPath, upstreamRows } from './upstream-logout.ts';

// Public face of edge/web/login.
export { assetRoutes } from './asset-routes.ts';
export { type BrandFault, brandStyle, checkBrand, contrast } from './brand-style.ts';
export { cardHandler } from './card-handler.ts';
export {
  agentWords,
  browserCookie,
  browserCookieName,
  browserOf,
  deviceCookieName,
  lastProviderOf,
  localeCookieName,
  localeOfRequest,
  providerCookieName,
  removedSessionCookie,
  sessionCookie,
  sessionCookieName,
} from './cookies.ts';
export { createFailurePage, type Failure, languageTarget, problemPage, type ShowFailure } from './failure-page.ts';
export { formTargetsOf } from './form-targets.ts';
export { type FrameInput, framed, type PageFrame } from './frame.ts';
export { languageRoute } from './language-route.ts';
export { callbackPath, samlArtifactPath, samlCallbackPath } from './leave-routes.ts';
export { loginRoutes } from './login-routes.ts';
export type { LoginPorts } from './ports.ts';
export type { AssignmentLabel } from './step-pages.ts';
export { createTurnAnswer, type FrontendAnswers, loginPath, type TurnAnswer } from './turn-answer.ts';

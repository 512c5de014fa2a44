// Public face of the SAML frontend.
export { minimumName } from './assertion.ts';
export { type SamlChecks, samlChecks } from './checks.ts';
export { createSamlFrontend, type SamlFrontend } from './frontend.ts';
export { ownLogoutTarget } from './logout-target.ts';
export { entityIdOf, samlUrl } from './paths.ts';
export type { AssertionWish, SamlBrowserFace, SamlKeyStore, SamlPorts } from './ports.ts';
export { deliverSamlLogout, logoutFrame, type PostXml, type ToldLogout, waysToTell } from './tell-logout.ts';
export { startOfUnasked, startUrl } from './unsolicited.ts';

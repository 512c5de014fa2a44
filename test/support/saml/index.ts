// Public face of the SAML counterparts that tests start.
export type { ReceivedLogin, SamlApplication } from './application.ts';
export { hubMetadata, providerRecord, registerSaml } from './applied.ts';
export { type MellonSettings, startMellonApplication } from './mellon-application.ts';
export { samlPackages } from './packages.ts';
export { type ShibbolethSettings, startShibbolethApplication } from './shibboleth-application.ts';
export { type SimpleSaml, type SimpleSamlSettings, startSimpleSaml } from './simple-saml.ts';
export { type SimpleSamlApplicationSettings, startSimpleSamlApplication } from './simple-saml-application.ts';
export type { SimpleSamlProfile, SimpleSamlUser } from './simple-saml-files.ts';
export { samlsignVerifies, signingCertificates, type Witnessed, xmlsec1Verifies } from './witnesses.ts';

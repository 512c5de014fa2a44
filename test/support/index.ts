// Public face of the test starters.
export { ApplicationClient, demoApplication, type TestTickets } from './application-client.ts';
export { type AtCard, softCard, toCardListener } from './card-login.ts';
export { requireDebian } from './debian.ts';
export { debianPostgresMissing, startDebianPostgres } from './debian-postgres.ts';
export { startEmbedded, type TestDatabase } from './embedded-postgres.ts';
export { temporaryFolder } from './folder.ts';
export { ask, formsOf, type HttpAnswer, HttpBrowser, type HttpForm, type SoftCard } from './http-browser.ts';
export {
  freeAddresses,
  type HubAddresses,
  type HubOptions,
  type RunningHub,
  refusedStart,
  startHub,
  tillitCommand,
} from './hub.ts';
export { LogoutApplication } from './logout-application.ts';
export { draftRenewal, pressStep, showCard, withDemoCard } from './officer.ts';
export { OpenIdPeer, type PeerAnswer, type PeerSeen } from './openid-peer.ts';
export { givePassword, logInWithPassword } from './password-login.ts';
export { newPeerTls, type PeerTls, peerTlsOf } from './peer-tls.ts';
export { freePort } from './port.ts';
export { descendantsOf, type ProcessMark, stillRuns } from './process-tree.ts';
export type { Ended } from './program.ts';

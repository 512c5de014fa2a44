// Public face of the demo's test CA: soft cards, server certificates, revocation lists.
export type { Authority } from './authority.ts';
export { type CardRequest, type Holder, holderName, type IssuedCard, issueCard, saveCard, usages } from './cards.ts';
export { listHandler, revocationReasons, revoke, signList } from './lists.ts';
export { type LookAlikePopulation, lookAlikePopulations, lookAlikes } from './look-alikes.ts';
export { createTestPki, type TestPki } from './pki.ts';
export { type AuthorityName, type CardAuthorityName, demoPolicies } from './plan.ts';
export { hostAndPort, type TestPopulation, testPopulations } from './populations.ts';
export { demoServerNames, issueServerCertificate, type ServerCertificate, serverCertificate } from './servers.ts';

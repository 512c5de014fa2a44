// Public face of edge/issuers/cfssl.
export { type AskCfssl, type CfsslSettings, cfsslIssuer } from './cfssl-issuer.ts';

// Public face of edge/issuers/est.
export { type AskEst, type EstAnswer, type EstSettings, estIssuer } from './est-issuer.ts';

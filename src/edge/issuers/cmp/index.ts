// Public face of edge/issuers/cmp.
export { type AskCmp, type CmpParts, type CmpSettings, cmpChecks, cmpIssuer } from './cmp-issuer.ts';
export { bodyTags, type CmpMessage, type MessageToWrite, readMessage, writeMessage } from './message.ts';
export { type Protection, passwordProtection, signatureProtection } from './protection.ts';

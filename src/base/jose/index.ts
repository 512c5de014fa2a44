// Public face of base/jose: JOSE bytes to typed values and back, synchronous, with given keys only.
export {
  type Algorithm,
  type AlgorithmName,
  algorithmNamed,
  allAlgorithms,
  type CurveName,
  fapiAlgorithms,
} from './algorithms.ts';
export { type AudienceRule, audienceAccepted, issuerOnlyAudience, issuerOrEndpointAudience } from './audience.ts';
export { decodeBase64url, encodeBase64url } from './base64url.ts';
export type { Check } from './check.ts';
export {
  type CheckedClientAssertion,
  type ClientAssertion,
  type ClientAssertionCheckName,
  type ClientAssertionExpected,
  type ClientAssertionParse,
  type ClientAssertionResult,
  checkClientAssertion,
  clientAssertionChecks,
  parseClientAssertion,
} from './client-assertion.ts';
export {
  type CompactJws,
  type JwsFault,
  type JwsHeader,
  type JwsParse,
  mediaType,
  parseCompactJws,
} from './compact-jws.ts';
export {
  accessTokenHash,
  type CheckedDpopProof,
  checkDpopProof,
  type DpopCheckName,
  type DpopExpected,
  type DpopFault,
  type DpopParse,
  type DpopProof,
  type DpopResult,
  dpopChecks,
  parseDpopProof,
} from './dpop.ts';
export { importPublicJwk, type JwkFault, type JwkImport, type PublicJwk, thumbprint, type VerifyKey } from './jwk.ts';
export { type JwksFault, type JwksParse, parseJwks, readJwks } from './jwks.ts';
export { type JwsVerification, signCompact, verifyJws } from './jws.ts';
export {
  type ClaimsFault,
  type ClaimsReading,
  checkTimes,
  type JwtClaims,
  readClaims,
  type TimeFault,
  type TimeRules,
  type TimesCheck,
} from './jwt.ts';
export {
  checkRequestObject,
  parseRequestObject,
  type RequestObject,
  type RequestObjectCheckName,
  type RequestObjectExpected,
  type RequestObjectParse,
  type RequestObjectResult,
  requestObjectChecks,
} from './request-object.ts';
export {
  externalSigningKey,
  findSigningKey,
  generateSigningKey,
  type PublishedJwk,
  publishedJwk,
  type SigningKey,
  signingKeyOf,
} from './signing-key.ts';
export {
  isJsonObject,
  type JsonFault,
  type JsonObject,
  type JsonResult,
  type JsonValue,
  parseJsonObject,
} from './strict-json.ts';

// What a developer asks for: the request of HelseID's test-token service, names in any case, as its clients send them.
import {
  flag,
  list,
  oneOf,
  optional,
  parse,
  record,
  type Static,
  text,
  wholeNumber,
} from '../../../base/schema/index.ts';

/** In the order of HelseID's enumeration: a number stands for the word at that place. */
export const proofFaults = [
  'None',
  'DontSetHtuClaimValue',
  'DontSetHtmClaimValue',
  'SetIatValueInThePast',
  'SetIatValueInTheFuture',
  'DontSetAthClaimValue',
  'DontSetAlgHeader',
  'DontSetJwkHeader',
  'DontSetJtiClaim',
  'SetAlgHeaderToASymmetricAlgorithm',
  'SetPrivateKeyInJwkHeader',
  'SetInvalidTypHeaderValue',
  'SetAnInvalidSignature',
] as const;
export type ProofFault = (typeof proofFaults)[number];

const generations = [
  'GenerateNone',
  'GenerateOnlyDefault',
  'GenerateOnlyFromNonEmptyParameterValues',
  'GenerateDefaultWithClaimsFromNonEmptyParameterValues',
] as const;
export type Generation = (typeof generations)[number];

const word = (maxLength = 300) => optional(text({ minLength: 0, maxLength }));
const words = () => optional(list(text({ maxLength: 300 }), { maxItems: 50 }));
const yes = () => optional(flag());
const byNumber = <const Word extends string>(all: readonly Word[]) => optional(oneOf(all));

const clientSchema = record({
  scope: words(),
  clientId: word(),
  sfmJournalId: word(),
  orgnrParent: word(),
  orgnrChild: word(),
  orgnrSupplier: word(),
  clientTenancy: optional(flag()),
  authenticationMethodsReferences: words(),
  clientAuthenticationMethodsReferences: word(),
  clientName: word(),
  jti: word(),
  cnfJkt: word(),
  cnfPublicKey: word(4000),
});

const userSchema = record({
  pid: word(),
  pidPseudonym: word(),
  hprNumber: word(),
  name: word(),
  givenName: word(),
  middleName: word(),
  familyName: word(),
  identityProvider: word(),
  securityLevel: word(),
  assuranceLevel: word(),
  network: word(),
  amr: word(),
  subject: word(),
  sid: word(),
});

const trustFrameworkSchema = record({
  practitionerAuthorizationCode: word(),
  practitionerAuthorizationText: word(),
  practitionerLegalEntityId: word(),
  practitionerLegalEntityName: word(),
  practitionerPointOfCareId: word(),
  practitionerPointOfCareName: word(),
  practitionerDepartmentId: word(),
  practitionerDepartmentName: word(),
  careRelationshipHealthcareServiceCode: word(),
  careRelationshipHealthcareServiceText: word(),
  careRelationshipPurposeOfUseCode: word(),
  careRelationshipPurposeOfUseText: word(),
  careRelationshipPurposeOfUseDetailsCode: word(),
  careRelationshipPurposeOfUseDetailsText: word(),
  careRelationshipTracingRefId: word(),
  patientsPointOfCareId: word(),
  patientsPointOfCareName: word(),
  patientsDepartmentId: word(),
  patientsDepartmentName: word(),
});

const requestSchema = record({
  audience: text({ title: 'Audience', maxLength: 500 }),
  clientClaimsParametersGeneration: byNumber(generations),
  userClaimsParametersGeneration: byNumber(generations),
  withoutDefaultClientClaims: yes(),
  withoutDefaultUserClaims: yes(),
  createDPoPTokenWithDPoPProof: yes(),
  createTillitsrammeverkClaims: yes(),
  signJwtWithInvalidSigningKey: yes(),
  setInvalidIssuer: yes(),
  setInvalidAudience: yes(),
  getPersonFromPersontjenesten: yes(),
  onlySetNameForPerson: yes(),
  getHprNumberFromHprregisteret: yes(),
  setPidPseudonym: yes(),
  setSubject: yes(),
  expirationParameters: optional(
    record({
      setExpirationTimeAsExpired: yes(),
      expirationTimeInSeconds: optional(wholeNumber({ minimum: 0, maximum: 31_536_000 })),
      expirationTimeInDays: optional(wholeNumber({ minimum: 0, maximum: 365 })),
    }),
  ),
  headerParameters: optional(record({ typ: word(100) })),
  clientClaimsParameters: optional(clientSchema),
  userClaimsParameters: optional(userSchema),
  tillitsrammeverkClaimsParameters: optional(trustFrameworkSchema),
  dPoPProofParameters: optional(
    record({
      htuClaimValue: word(2000),
      htmClaimValue: word(20),
      privateKeyForProofCreation: word(8000),
      invalidDPoPProofParameters: byNumber(proofFaults),
    }),
  ),
  apiSpecificClaims: optional(list(record({ type: text({ maxLength: 300 }), value: word(2000) }), { maxItems: 50 })),
});

export type TestTokenRequest = Static<typeof requestSchema>;

export type RequestReading =
  | { readonly ok: true; readonly request: TestTokenRequest }
  | { readonly ok: false; readonly message: string };

/** Reads a request's JSON value. Never throws. */
export function readRequest(value: unknown): RequestReading {
  const read = parse(requestSchema, spelled(value, 0));
  if (read.ok) return { ok: true, request: read.value };
  return {
    ok: false,
    message: read.problems
      .slice(0, 5)
      .map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`)
      .join('; '),
  };
}

const enumerations: Readonly<Record<string, readonly string[]>> = {
  invalidDPoPProofParameters: proofFaults,
  clientClaimsParametersGeneration: generations,
  userClaimsParametersGeneration: generations,
};

const spellings: ReadonlyMap<string, string> = new Map(
  [
    ...Object.keys(requestSchema.properties),
    ...[clientSchema, userSchema, trustFrameworkSchema].flatMap(({ properties }) => Object.keys(properties)),
    ...['setExpirationTimeAsExpired', 'expirationTimeInSeconds', 'expirationTimeInDays', 'typ', 'type', 'value'],
    ...['htuClaimValue', 'htmClaimValue', 'privateKeyForProofCreation', 'invalidDPoPProofParameters'],
  ].map((name) => [name.toLowerCase(), name]),
);

/** The same value with its names in our spelling, without members that say nothing, and with words for numbers. */
function spelled(value: unknown, depth: number): unknown {
  if (depth > 4 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => spelled(each, depth + 1));
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const name = spellings.get(key.toLowerCase()) ?? key;
    if (inner === null) continue;
    entries.push([
      name,
      typeof inner === 'number' ? (enumerations[name]?.[inner] ?? inner) : spelled(inner, depth + 1),
    ]);
  }
  return Object.fromEntries(entries);
}

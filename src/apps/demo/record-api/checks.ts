// What the core record's API checks of each request, in security order: a plain list, each of which a test takes out.
import type { CheckName } from './check-names.ts';
import type { Facts } from './request.ts';

/** RFC 6750 3.1, RFC 9449 7.1, RFC 9470 3. */
export type ErrorCode =
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'insufficient_user_authentication'
  | 'insufficient_scope';

/** What the owner of the API settled. */
export interface Agreement {
  readonly issuer: string;
  readonly audience: string;
  /** Level that the login must have reached (`acr`). */
  readonly level: string;
  /** Numbers of the organisations that have an agreement with the core record. */
  readonly organisations: readonly string[];
  /** Purposes for which it is opened (HL7 ActReason). */
  readonly purposes: readonly string[];
}

export interface Check {
  readonly name: CheckName;
  readonly clause: string;
  readonly words: string;
  readonly error: ErrorCode;
  /** Why the answer is no; ASCII, for it goes into a header (RFC 6750 3). */
  readonly refusal: string;
  readonly test: (facts: Facts, agreement: Agreement, firstUse: FirstUse) => boolean;
}

/** Whether a proof's id is seen for the first time; remembers it until then (seconds). */
export type FirstUse = (id: string, until: number) => boolean;

const [proofSeconds, skewSeconds] = [60, 5];
const purposeSystem = 'urn:oid:2.16.840.1.113883.1.11.20448';
export const parentClaim = 'helseid://claims/client/claims/orgnr_parent';

type Part = Readonly<Record<string, unknown>> | undefined;
const member = (value: unknown, name: string): Part => {
  const found: unknown =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof found === 'object' && found !== null ? (found as Part) : undefined;
};
const attestOf = ({ ticket }: Facts): Part => member(ticket.claims['authorization_details'], 'nhn:tillitsrammeverk');
const text = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const checks: readonly Check[] = [
  {
    name: 'scheme',
    clause: 'RFC 9449 7.1',
    words: 'The ticket comes with the scheme DPoP, not as a Bearer ticket',
    error: 'invalid_token',
    refusal: 'send the access token with the scheme DPoP and a proof',
    test: ({ scheme }) => scheme?.toLowerCase() === 'dpop',
  },
  {
    name: 'signature',
    clause: 'RFC 9068 4',
    words: 'The ticket is signed with a key that the hub publishes',
    error: 'invalid_token',
    refusal: 'the access token is not signed by the hub',
    test: ({ ticket }) => ticket.signed,
  },
  {
    name: 'type',
    clause: 'RFC 9068 4',
    words: 'It is an access token (at+jwt), not another signed text of the hub',
    error: 'invalid_token',
    refusal: 'this is not an access token',
    test: ({ ticket }) => /^(?:application\/)?at\+jwt$/i.test(String(ticket.header['typ'])),
  },
  {
    name: 'issuer',
    clause: 'RFC 9068 4',
    words: 'The hub issued it (iss)',
    error: 'invalid_token',
    refusal: 'the access token is of another issuer',
    test: ({ ticket }, { issuer }) => ticket.claims['iss'] === issuer,
  },
  {
    name: 'audience',
    clause: 'RFC 9068 4',
    words: 'It is for this API (aud)',
    error: 'invalid_token',
    refusal: 'the access token is for another API',
    test: ({ ticket }, { audience }) => [ticket.claims['aud']].flat().includes(audience),
  },
  {
    name: 'time',
    clause: 'RFC 9068 4, RFC 7519 4.1.4 and 4.1.5',
    words: 'It is valid now (exp)',
    error: 'invalid_token',
    refusal: 'the access token has expired or is not valid yet',
    test: ({ ticket: { claims }, now }) => {
      const { exp, nbf = 0 } = claims;
      return typeof exp === 'number' && now < exp && typeof nbf === 'number' && nbf <= now + skewSeconds;
    },
  },
  {
    name: 'proof',
    clause: 'RFC 9449 4.3 steps 1 to 7',
    words: 'A proof (dpop+jwt) came along, signed with the key that it names',
    error: 'invalid_dpop_proof',
    refusal: 'there is no DPoP proof that holds',
    test: ({ proof }) => proof.signed && proof.header['typ'] === 'dpop+jwt',
  },
  {
    name: 'proofRequest',
    clause: 'RFC 9449 4.3 steps 8 and 9',
    words: 'The proof is for this method and this address (htm, htu)',
    error: 'invalid_dpop_proof',
    refusal: 'the proof is for another request',
    test: ({ proof: { claims }, request }) =>
      claims['htm'] === request.method && addressOf(claims['htu']) === addressOf(request.address),
  },
  {
    name: 'proofTime',
    clause: 'RFC 9449 4.3 step 11',
    words: 'The proof was made within the last minute (iat)',
    error: 'invalid_dpop_proof',
    refusal: 'the proof is too old or of the future',
    test: ({ proof: { claims }, now }) => {
      const { iat } = claims;
      return typeof iat === 'number' && iat >= now - proofSeconds && iat <= now + skewSeconds;
    },
  },
  {
    name: 'proofToken',
    clause: 'RFC 9449 4.3 step 12',
    words: 'The proof is for this very ticket (ath)',
    error: 'invalid_dpop_proof',
    refusal: 'the proof is not for this access token',
    test: ({ proof, ticketHash }) => proof.claims['ath'] === ticketHash,
  },
  {
    name: 'key',
    clause: 'RFC 9449 4.3 step 12, RFC 7800 3.1',
    words: 'The key of the proof is the one that the ticket is bound to (cnf.jkt)',
    error: 'invalid_token',
    refusal: 'the access token is bound to another key',
    test: ({ ticket, thumbprint }) => {
      const bound = member(ticket.claims, 'cnf')?.['jkt'];
      return text(bound) && bound === thumbprint;
    },
  },
  {
    name: 'once',
    clause: 'RFC 9449 11.1',
    words: 'The proof was not used before (jti)',
    error: 'invalid_dpop_proof',
    refusal: 'the proof was used before',
    test: ({ proof: { claims }, now }, _agreement, firstUse) =>
      text(claims['jti']) && firstUse(claims['jti'], now + proofSeconds + 2 * skewSeconds),
  },
  {
    name: 'level',
    clause: 'RFC 9470 3',
    words: 'The login reached the level high (acr)',
    error: 'insufficient_user_authentication',
    refusal: 'a login of the level high is needed',
    test: ({ ticket }, { level }) => ticket.claims['acr'] === level,
  },
  {
    name: 'organisation',
    clause: 'HelseID, orgnr_parent',
    words: 'The organisation of the EHR has an agreement with the core record (orgnr_parent)',
    error: 'insufficient_scope',
    refusal: 'no organisation with an agreement is named in the access token',
    test: ({ ticket }, { organisations }) => organisations.some((each) => each === ticket.claims[parentClaim]),
  },
  {
    name: 'attest',
    clause: 'nhn:tillitsrammeverk',
    words: 'The ticket carries the grounds of access, as the hub attested them',
    error: 'insufficient_scope',
    refusal: 'the access token carries no grounds of access',
    test: (facts) => attestOf(facts) !== undefined,
  },
  {
    name: 'legalEntity',
    clause: 'nhn:tillitsrammeverk, practitioner.legal_entity',
    words: 'The grounds are of the same organisation as the ticket',
    error: 'insufficient_scope',
    refusal: 'the grounds of access are of another organisation',
    test: (facts) =>
      member(member(attestOf(facts), 'practitioner'), 'legal_entity')?.['id'] === facts.ticket.claims[parentClaim],
  },
  {
    name: 'practitioner',
    clause: 'nhn:tillitsrammeverk, practitioner.hpr_nr',
    words: 'The practitioner of the grounds is who logged in (HPR number)',
    error: 'insufficient_scope',
    refusal: 'the grounds of access are of another practitioner',
    test: (facts) => {
      const number = member(member(attestOf(facts), 'practitioner'), 'hpr_nr')?.['id'];
      return text(number) && number === facts.ticket.claims['hpr_number'];
    },
  },
  {
    name: 'purpose',
    clause: 'nhn:tillitsrammeverk, care_relationship.purpose_of_use',
    words: 'The purpose is treatment, and the ticket says the same',
    error: 'insufficient_scope',
    refusal: 'the core record is opened for treatment alone',
    test: (facts, { purposes }) => {
      const { code, system } = member(member(attestOf(facts), 'care_relationship'), 'purpose_of_use') ?? {};
      return (
        text(code) && system === purposeSystem && purposes.includes(code) && code === facts.ticket.claims['purpose']
      );
    },
  },
];

/** RFC 9449 4.3 step 9: without query and fragment, after the usual normalisation of an address. */
function addressOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { origin, pathname } = new URL(value);
  return `${origin}${pathname}`;
}

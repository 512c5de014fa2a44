// What a new key of an application must be like, and when one may be removed.
import type { EpochMs } from '../../base/clock.ts';
import { importPublicJwk, type JsonObject } from '../../base/jose/index.ts';
import { type CatalogueSnapshot, keyFault, type OidcApplication, usualKeyDays } from '../catalogue/index.ts';
import { type Check, refusal, refuseIf } from './check.ts';
import { liveKeys, mostLiveKeys, type RegisteredKey, recordKeys } from './client-key.ts';

export interface KeyFacts {
  readonly now: EpochMs;
  readonly application: OidcApplication;
  readonly registered: readonly RegisteredKey[];
  /** When the ticket was issued that the call was made with. */
  readonly ticketIssuedAt: EpochMs;
}

export interface NewKeyFacts extends KeyFacts {
  readonly catalogue: CatalogueSnapshot;
  /** What was sent; undefined when it is no JSON object. */
  readonly jwk: JsonObject | undefined;
}

const importOf = ({ jwk }: NewKeyFacts) => importPublicJwk(jwk);
const thumbprintOf = (facts: NewKeyFacts): string | undefined => {
  const imported = importOf(facts);
  return imported.ok ? imported.key.jkt : undefined;
};
const invalid = (description: string) => refusal('invalid_client_metadata', description);

/** A ticket from before the last removal may have been made with the key that was removed. */
const freshCheck: Check<KeyFacts> = {
  name: 'keys.fresh',
  clause: 'a removed key registers no other; NIST SP 800-57-1 8.3.5',
  test: ({ registered, ticketIssuedAt }) =>
    refuseIf(
      // Tickets say whole seconds.
      registered.some(({ removedAt = Number.NEGATIVE_INFINITY }) => ticketIssuedAt + 999 < removedAt),
      'invalid_token',
      'a key was removed after this ticket was issued; get a new ticket with a key that is still registered',
    ),
};

/** Printable ASCII without quotes and backslash: a key id must survive every log and header. */
const keyIdShape = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** What a key must be like by itself, whoever brings it: also of an application that does not exist yet. */
export const keyItselfChecks: readonly Check<NewKeyFacts>[] = [
  {
    name: 'newKey.allowed',
    clause: 'RFC 7517 9.2 (private members); FAPI 2.0 SP 5.4.1 (strength)',
    test: ({ jwk, application }) => {
      const fault = jwk && keyFault(jwk, application.profile);
      return fault === undefined ? undefined : invalid(fault.replaceAll('`', ''));
    },
  },
  {
    name: 'newKey.wellFormed',
    clause: 'RFC 7518 6; RFC 8037 2',
    test: (facts) => {
      const imported = importOf(facts);
      return imported.ok ? undefined : invalid(`the key cannot be used (${imported.reason})`);
    },
  },
  {
    name: 'newKey.use',
    clause: 'RFC 7517 4.2 and 4.3',
    test: ({ jwk }) => {
      const { use, key_ops: operations } = jwk ?? {};
      const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
      return refuseIf(
        (use !== undefined && use !== 'sig') || !verifies,
        'invalid_client_metadata',
        'the key must be for signatures: use sig, key_ops verify, or neither',
      );
    },
  },
  {
    name: 'newKey.keyId',
    clause: 'RFC 7517 4.5 (distinct key ids in a set)',
    test: (facts) => {
      const { jwk, application, registered, now } = facts;
      const kid = jwk?.kid;
      if (kid === undefined) return undefined;
      if (typeof kid !== 'string' || !keyIdShape.test(kid))
        return invalid('kid must be 1 to 128 printable ASCII characters without quotes and backslash');
      const taken = liveKeys(application, registered, now).some(
        ({ key }) => key.kid === kid && key.jkt !== thumbprintOf(facts),
      );
      return taken ? invalid('another live key of this application has the same kid') : undefined;
    },
  },
  {
    name: 'newKey.nobodyElses',
    clause: 'SK3 to SK5 of HelseID (a key pair of its own); RFC 7523 3',
    test: (facts) => {
      const thumbprint = thumbprintOf(facts);
      return refuseIf(
        [...facts.catalogue.clients.values()].some(
          (each) => each.id !== facts.application.id && recordKeys(each).some(({ key }) => key.jkt === thumbprint),
        ),
        'invalid_client_metadata',
        'the key belongs to another application; make a new one',
      );
    },
  },
];

export const newKeyChecks: readonly Check<NewKeyFacts>[] = [
  freshCheck,
  {
    name: 'newKey.json',
    clause: 'RFC 7517 4',
    test: ({ jwk }) =>
      refuseIf(jwk === undefined, 'invalid_client_metadata', 'send one public JWK as JSON (application/json)'),
  },
  ...keyItselfChecks,
  {
    name: 'newKey.new',
    clause: 'RFC 7517 1 (a key once); a removed key stays removed',
    test: (facts) => {
      const { application, registered } = facts;
      const known = [...recordKeys(application).map(({ key }) => key.jkt), ...registered.map((key) => key.thumbprint)];
      return refuseIf(
        known.some((each) => each === thumbprintOf(facts)),
        'invalid_client_metadata',
        'the key was registered for this application before; make a new one',
      );
    },
  },
  {
    name: 'newKey.room',
    clause: 'NIST SP 800-57-1 5.3 (as few keys as needed)',
    test: ({ application, registered, now }) =>
      refuseIf(
        liveKeys(application, registered, now).length >= mostLiveKeys,
        'invalid_client_metadata',
        `the application has ${mostLiveKeys} live keys; remove one first`,
      ),
  },
];

/** The row of a key that passed the checks. It may ask for a shorter life (`exp`), never for a longer one. */
export function registeredKeyOf({ jwk, application, now }: NewKeyFacts): RegisteredKey | undefined {
  const imported = importPublicJwk(jwk);
  if (!imported.ok) return undefined;
  const { key } = imported;
  const longest = now + (application.keyDays ?? usualKeyDays) * 86_400_000;
  const wished = typeof jwk?.exp === 'number' && jwk.exp * 1000 > now ? Math.floor(jwk.exp) * 1000 : longest;
  return {
    client: application.id,
    thumbprint: key.jkt,
    // What the client wrote beside the key itself is of no use to us and is not kept.
    jwk: { ...key.jwk, kid: key.kid ?? key.jkt, ...(key.alg === undefined ? {} : { alg: key.alg }), use: 'sig' },
    createdAt: now,
    expiresAt: Math.min(longest, wished),
  };
}

export interface KeyRemovalFacts extends KeyFacts {
  readonly thumbprint: string;
}

export const keyRemovalChecks: readonly Check<KeyRemovalFacts>[] = [
  freshCheck,
  {
    name: 'keyRemoval.known',
    clause: 'RFC 7592 2.3 (what is not there cannot be deleted)',
    test: ({ application, registered, now, thumbprint }) =>
      refuseIf(
        !liveKeys(application, registered, now).some(({ key }) => key.jkt === thumbprint),
        'invalid_request',
        'the application has no live key with this thumbprint',
      ),
  },
  {
    name: 'keyRemoval.notLast',
    clause: 'an application is never left without a key that works',
    test: ({ application, registered, now, thumbprint }) =>
      refuseIf(
        liveKeys(application, registered, now).every(({ key }) => key.jkt === thumbprint),
        'invalid_request',
        'this is the last live key; register another one first',
      ),
  },
];

/** The row that marks a key as removed; a key of the application's record gets one of its own. */
export function removedKeyOf({ application, registered, now, thumbprint }: KeyRemovalFacts): RegisteredKey | undefined {
  const row = registered.find((each) => each.thumbprint === thumbprint);
  if (row !== undefined) return { ...row, removedAt: now };
  const found = recordKeys(application).find(({ key }) => key.jkt === thumbprint);
  if (found === undefined) return undefined;
  const { key, expiresAt } = found;
  const jwk = { ...key.jwk, kid: key.kid ?? key.jkt };
  return { client: application.id, thumbprint, jwk, createdAt: now, expiresAt: expiresAt ?? now, removedAt: now };
}

// What a draft of a client must be like: who sends it, its key, and that it asks no more than its system's template and organisation allow.
import type { EpochMs } from '../../base/clock.ts';
import type { JsonObject } from '../../base/jose/index.ts';
import {
  type CatalogueSnapshot,
  type ClientSystem,
  ownKeyScopes,
  redirectUriFault,
  registeredAddress,
  uriFaultTexts,
} from '../catalogue/index.ts';
import type { OrganisationKey, RegisteredOrganisation } from '../context/index.ts';
import type { Organisation } from '../directory/index.ts';
import { type Check, refusal, refuseIf } from './check.ts';
import {
  applicationOfDraft,
  asksTheSame,
  type ClientDraft,
  type DraftAsks,
  type DraftBody,
  type DraftReading,
  draftKey,
  mostDrafts,
} from './client-draft.ts';
import { keyItselfChecks, type NewKeyFacts } from './client-key-checks.ts';

export interface DraftFacts {
  readonly now: EpochMs;
  readonly catalogue: CatalogueSnapshot;
  /** The id that the client would have. */
  readonly id: string;
  /** Too many wrong api keys came from there. */
  readonly delayed: boolean;
  /** Whose api key it is; undefined for none, several, a wrong one, and one of a closed system. */
  readonly system: ClientSystem | undefined;
  /** What was sent; undefined when it is no JSON object. */
  readonly sent: JsonObject | undefined;
  readonly reading: DraftReading | undefined;
  /** The organisation of that number in the directory. */
  readonly organisation: Organisation | undefined;
  /** What the register knows of the numbers that were sent; undefined when it cannot answer. */
  readonly register: ReadonlyMap<OrganisationKey, RegisteredOrganisation> | undefined;
  /** Drafts of this system that wait at this organisation. */
  readonly waiting: number;
  /** The draft that this key came with before. */
  readonly before: ClientDraft | undefined;
}

const bodyOf = ({ reading }: Pick<DraftFacts, 'reading'>): DraftBody | undefined =>
  reading?.ok === true ? reading.body : undefined;

/** What is kept of a draft that can be read. */
export function asksOf(facts: Pick<DraftFacts, 'reading' | 'register'>): DraftAsks | undefined {
  const { reading, register } = facts;
  const key = reading?.ok === true ? draftKey(reading.jwk) : undefined;
  if (reading?.ok !== true || key === undefined) return undefined;
  const { body } = reading;
  return {
    number: body.organizationNumber,
    jwk: key.jwk as DraftAsks['jwk'],
    scopes: body.apiScopes,
    redirectUris: body.redirectUris ?? [],
    postLogoutRedirectUris: body.postLogoutRedirectUris ?? [],
    children: (body.childOrganizationNumbers ?? []).map((number) => ({
      number,
      name: register?.get(number)?.name ?? '',
    })),
    returnUri: body.postClientConfirmationRedirectUri,
  };
}

/** Words of a stranger's, for an answer to itself: without what RFC 6749 5.2 does not allow in a description. */
const shown = (text: string): string => text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 300);
const invalid = (description: string) => refusal('invalid_client_metadata', description);
const registered = (facts: DraftFacts): RegisteredOrganisation | undefined =>
  facts.register?.get(bodyOf(facts)?.organizationNumber ?? '');

/** The key as the checks of self-service see it: of an application that does not exist yet, and has no key. */
function keyFacts({ system, reading, organisation, id, now, catalogue }: DraftFacts): NewKeyFacts | undefined {
  if (system === undefined || reading?.ok !== true) return undefined;
  const asks: DraftAsks = {
    number: reading.body.organizationNumber,
    jwk: {},
    scopes: [],
    redirectUris: [],
    postLogoutRedirectUris: [],
    children: [],
  };
  const application = applicationOfDraft({ id, asks }, system, organisation ?? { id: '', name: '' }, catalogue.apis);
  return { now, application, registered: [], ticketIssuedAt: now, catalogue, jwk: reading.jwk };
}

/** What was asked when it was sent must still be within the template when it is confirmed. */
export interface TemplateFacts {
  readonly system: ClientSystem | undefined;
  readonly asks: DraftAsks | undefined;
}

export const draftTemplateChecks: readonly Check<TemplateFacts>[] = [
  {
    name: 'draft.scopes',
    clause: 'HelseID self-service: the packages of the client system',
    test: ({ system, asks }) => {
      const outside = asks?.scopes.find(
        (scope) => !ownKeyScopes.includes(scope) && system?.template.scopes.includes(scope) !== true,
      );
      return outside === undefined
        ? undefined
        : invalid(`apiScopes: ${shown(outside)} is not among the scopes of the client system`);
    },
  },
  {
    name: 'draft.redirectUris',
    clause: 'O1; RFC 9700 2.1; RFC 8252 7.3',
    test: ({ system, asks }) => {
      for (const member of ['redirectUris', 'postLogoutRedirectUris'] as const) {
        for (const [index, uri] of (asks?.[member] ?? []).entries()) {
          const fault = system && redirectUriFault(uri, system.template.profile);
          if (fault) return invalid(`${member}[${index}]: ${shown(uriFaultTexts[fault])}`);
          if (system === undefined || !registeredAddress(uri, system.template[member]))
            return invalid(`${member}[${index}] is not among the addresses of the client system`);
        }
      }
      return undefined;
    },
  },
  {
    name: 'draft.returnUri',
    clause: 'O1; RFC 9700 4.11 (no open redirector)',
    test: ({ system, asks }) =>
      refuseIf(
        asks?.returnUri !== undefined &&
          (redirectUriFault(asks.returnUri, 'helseid') !== undefined ||
            system === undefined ||
            !registeredAddress(asks.returnUri, system.returnUris)),
        'invalid_client_metadata',
        'postClientConfirmationRedirectUri is not among the addresses of the client system',
      ),
  },
];

export const clientDraftChecks: readonly Check<DraftFacts>[] = [
  {
    name: 'draft.tries',
    clause: 'A12: api keys are not tried through',
    test: ({ delayed }) => refuseIf(delayed, 'slow_down', 'too many wrong api keys came from here; wait 15 minutes'),
  },
  {
    name: 'draft.apiKey',
    clause: 'HelseID self-service: header api-key',
    test: ({ system }) => refuseIf(system === undefined, 'invalid_client', 'the header api-key is missing or wrong'),
  },
  {
    name: 'draft.json',
    clause: 'RFC 8259; HelseID self-service',
    test: ({ sent }) => refuseIf(sent === undefined, 'invalid_request', 'send one JSON object (application/json)'),
  },
  {
    name: 'draft.form',
    clause: 'HelseID self-service: POST client-drafts',
    test: ({ reading }) => (reading?.ok === false ? invalid(shown(reading.fault)) : undefined),
  },
  {
    name: 'draft.claims',
    clause: 'HelseID self-service: nothing is taken that would be dropped',
    test: (facts) =>
      refuseIf(
        (bodyOf(facts)?.audienceSpecificClientClaims ?? []).length > 0,
        'invalid_client_metadata',
        'audienceSpecificClientClaims: this hub has none; leave them out',
      ),
  },
  {
    name: 'draft.key',
    clause: 'RFC 7517 4',
    test: ({ reading }) =>
      refuseIf(
        reading?.ok === true && reading.jwk === undefined,
        'invalid_client_metadata',
        'publicJwk: send one public JWK, as an object or as its JSON text',
      ),
  },
  ...keyItselfChecks.map(
    ({ name, clause, test }): Check<DraftFacts> => ({
      name,
      clause,
      test: (facts) => {
        const key = keyFacts(facts);
        return key && test(key);
      },
    }),
  ),
  ...draftTemplateChecks.map(
    ({ name, clause, test }): Check<DraftFacts> => ({
      name,
      clause,
      test: (facts) => test({ system: facts.system, asks: asksOf(facts) }),
    }),
  ),
  {
    name: 'draft.sameKey',
    clause: 'SK3 to SK5 of HelseID (a key pair of its own); a retry asks the same',
    test: (facts) => {
      const { before, system, organisation, now } = facts;
      const asks = asksOf(facts);
      if (before === undefined || asks === undefined) return undefined;
      const retry = before.system === system?.id && before.organisation === organisation?.id;
      const over = before.decision === 'refused' || (before.decision === undefined && before.expiresAt <= now);
      return refuseIf(
        !retry || over || !asksTheSame(before.asks, asks),
        'invalid_client_metadata',
        'the key came with another draft; make a new one',
      );
    },
  },
  {
    name: 'draft.organisation',
    clause: 'N3: somebody there must be able to confirm it',
    test: ({ organisation }) =>
      refuseIf(
        organisation === undefined || organisation.closed,
        'invalid_client_metadata',
        'organizationNumber: the organisation is not known here',
      ),
  },
  {
    name: 'draft.register',
    clause: 'N11: nobody is let through while the register cannot answer',
    test: ({ register }) =>
      refuseIf(register === undefined, 'temporarily_unavailable', 'the register of organisations cannot be asked now'),
  },
  {
    name: 'draft.member',
    clause: 'N11 (an open member)',
    test: (facts) => {
      const found = registered(facts);
      return refuseIf(
        facts.register !== undefined && (found === undefined || found.closed || !found.member),
        'invalid_client_metadata',
        'organizationNumber: the organisation is not a member of the health network',
      );
    },
  },
  {
    name: 'draft.terms',
    clause: 'N11 (accepted terms)',
    test: (facts) => {
      const { catalogue, system } = facts;
      const accepted = registered(facts)?.terms ?? [];
      const scopes = bodyOf(facts)?.apiScopes ?? [];
      const missing = system?.template.apis
        .map((id) => catalogue.apis.get(id))
        .find(
          (api) =>
            api?.requiresTerms === true &&
            api.scopes.some((scope) => scopes.includes(scope)) &&
            !accepted.includes(api.id),
        );
      return missing === undefined
        ? undefined
        : invalid(`the organisation has not accepted the terms of the API ${missing.id}`);
    },
  },
  {
    name: 'draft.children',
    clause: 'HID-1003 (a unit of the organisation, open)',
    test: (facts) => {
      const { organizationNumber, childOrganizationNumbers = [] } = bodyOf(facts) ?? { organizationNumber: '' };
      const stranger = childOrganizationNumbers.find((number) => {
        const child = facts.register?.get(number);
        return child === undefined || child.closed || !child.above.includes(organizationNumber);
      });
      return stranger === undefined || facts.register === undefined
        ? undefined
        : invalid(`childOrganizationNumbers: ${stranger} is not an open unit of the organisation`);
    },
  },
  {
    name: 'draft.room',
    clause: 'no unbounded work for an administrator',
    test: ({ waiting, before }) =>
      refuseIf(
        before === undefined && waiting >= mostDrafts,
        'invalid_request',
        `${mostDrafts} drafts of the client system wait at the organisation; let them be decided first`,
      ),
  },
];

// A draft of a client: what a program asks to become, at which organisation, until an administrator decides.
import { dayMs, type EpochMs } from '../../base/clock.ts';
import { importPublicJwk, type JsonObject, parseJsonObject } from '../../base/jose/index.ts';
import { list, optional, parse, pathText, record, type Static, text } from '../../base/schema/index.ts';
import {
  type Api,
  applicationByTemplate,
  type ClientSystem,
  type OidcApplication,
  systemAt,
} from '../catalogue/index.ts';
import type { Claim, Write } from '../commit/index.ts';
import type { Organisation } from '../directory/index.ts';
import { claimKey } from './client-key.ts';

/** Days that a draft waits for its organisation. */
export const draftDays = 30;
/** Drafts of one system that may wait at one organisation. */
export const mostDrafts = 100;

export type DraftDecision = 'confirmed' | 'refused';

export interface ClientDraft {
  /** The client's id, from the first. */
  readonly id: string;
  /** Id of the client system. */
  readonly system: string;
  /** Id of the organisation. */
  readonly organisation: string;
  /** Of the key, RFC 7638. */
  readonly thumbprint: string;
  readonly asks: DraftAsks;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly decision?: DraftDecision | undefined;
  readonly decidedAt?: EpochMs | undefined;
  /** Id of the person who decided. */
  readonly decidedBy?: string | undefined;
  /** Why it was refused. */
  readonly reason?: string | undefined;
}

/** What a draft asks, as it is kept. */
export interface DraftAsks {
  /** National number of the organisation. */
  readonly number: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Units that it may speak for, as the register named them. */
  readonly children: readonly { readonly number: string; readonly name: string }[];
  /** Where the browser goes after the confirmation. */
  readonly returnUri?: string | undefined;
}

const number = () => text({ pattern: '^\\d{9}$', maxLength: 9, allowed: 'nine digits' });
const address = () => text({ maxLength: 2000 });
const few = { uniqueItems: true, maxItems: 20 } as const;

/** The body, without members that are null: names as in HelseID's self-service. */
const bodySchema = record({
  organizationNumber: number(),
  apiScopes: list(text({ maxLength: 200 }), { uniqueItems: true, maxItems: 100, minItems: 1 }),
  audienceSpecificClientClaims: optional(
    list(record({ key: text({ maxLength: 200 }), value: text({ maxLength: 1000 }) }), { maxItems: 20 }),
  ),
  redirectUris: optional(list(address(), few)),
  postLogoutRedirectUris: optional(list(address(), few)),
  childOrganizationNumbers: optional(list(number(), { uniqueItems: true, maxItems: 100 })),
  postClientConfirmationRedirectUri: optional(address()),
});
export type DraftBody = Static<typeof bodySchema>;

export type DraftReading =
  | { readonly ok: true; readonly body: DraftBody; readonly jwk: JsonObject | undefined }
  | { readonly ok: false; readonly fault: string };

/** Reads the body of a draft. The key may be an object or, as in HelseID's own sample, a JSON text that holds one. */
export function readDraft(sent: JsonObject): DraftReading {
  const { publicJwk, ...rest } = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  const parsed = parse(bodySchema, rest);
  if (!parsed.ok) {
    const [first] = parsed.problems;
    return { ok: false, fault: first === undefined ? 'malformed' : `${pathText(first.path)}: ${first.message}` };
  }
  return { ok: true, body: parsed.value, jwk: keyOf(publicJwk) };
}

function keyOf(sent: JsonObject[string]): JsonObject | undefined {
  if (typeof sent === 'string') {
    const inner = parseJsonObject(Buffer.from(sent, 'utf8'));
    return inner.ok ? inner.value : undefined;
  }
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as JsonObject) : undefined;
}

/** Whether two drafts of one key ask for the same: then the second is a retry of the first. */
export const asksTheSame = (one: DraftAsks, other: DraftAsks): boolean => canonical(one) === canonical(other);

const canonical = ({ children, jwk: _jwk, returnUri, ...rest }: DraftAsks): string =>
  JSON.stringify([
    rest.number,
    [...rest.scopes].sort(),
    [...rest.redirectUris].sort(),
    [...rest.postLogoutRedirectUris].sort(),
    children.map((child) => child.number).sort(),
    returnUri,
  ]);

/** The public key as it is kept: nothing that the client wrote beside it. */
export function draftKey(jwk: JsonObject | undefined): { readonly jkt: string; readonly jwk: object } | undefined {
  const imported = importPublicJwk(jwk);
  if (!imported.ok) return undefined;
  const { key } = imported;
  const alg = key.alg === undefined ? {} : { alg: key.alg };
  return { jkt: key.jkt, jwk: { ...key.jwk, kid: key.kid ?? key.jkt, ...alg, use: 'sig' } };
}

/** The application that a draft becomes when it is confirmed. */
export function applicationOfDraft(
  { id, asks }: Pick<ClientDraft, 'id' | 'asks'>,
  system: ClientSystem,
  organisation: Pick<Organisation, 'id' | 'name'>,
  apis: ReadonlyMap<string, Api>,
): OidcApplication {
  const { number: own, jwk, scopes, redirectUris, postLogoutRedirectUris } = asks;
  return applicationByTemplate(
    system,
    {
      id,
      name: systemAt(system.name, organisation.name),
      organisation: organisation.id,
      number: own,
      children: asks.children.map((child) => child.number),
      keys: [jwk],
      scopes,
      redirectUris,
      postLogoutRedirectUris,
    },
    apis,
  );
}

/** A key is in one draft, and never in another nor registered otherwise. */
export const claimDraft = ({ thumbprint }: ClientDraft): Claim => claimKey(thumbprint);

export const saveDraft = (draft: ClientDraft): Write => ({
  kind: 'clientDraft.save',
  entity: `clientDraft ${draft.id}`,
  row: {
    id: draft.id,
    system: draft.system,
    organisation: draft.organisation,
    thumbprint: draft.thumbprint,
    asks: draft.asks,
    createdAt: draft.createdAt,
    expiresAt: draft.expiresAt,
  },
});

export const draftEnd = (createdAt: EpochMs): EpochMs => createdAt + draftDays * dayMs;

/** Port: drafts as the API that takes them sees them. */
export interface DraftReads {
  /** The draft of this key, whatever became of it. */
  draftOfKey(thumbprint: string): Promise<ClientDraft | undefined>;
  /** How many wait. */
  waiting(system: string, organisation: string, now: EpochMs): Promise<number>;
  organisationByNumber(number: string): Promise<Organisation | undefined>;
}

// The shape of a detail type, and the facts that its rules look at.
import type { EpochMs } from '../../base/clock.ts';
import type { Static, TSchema } from '../../base/schema/index.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { Api, GrantType, OidcApplication } from '../catalogue/index.ts';
import type { ContextConditions, ContextMinimum } from './conditions.ts';
import type { ContextCheck, FaultCode } from './fault.ts';
import type { OrganisationKey, Professional, RegisteredOrganisation } from './ports.ts';

/** By which way a detail came: inside the signed request object, or inside the client assertion at the token endpoint. */
export type Carrier = 'requestObject' | 'assertion';

/** The person that a ticket is about. */
export interface ContextPerson {
  readonly name: string;
  readonly assurance: Assurance;
  /** Norwegian F- or D-number of the login; absent when none is known. */
  readonly nationalNumber?: string | undefined;
  /** The person in the register of health personnel; absent: not in it. */
  readonly professional?: Professional | undefined;
}

/** What every detail of a request is judged by; looked up before. */
export interface ContextFacts {
  readonly now: EpochMs;
  readonly application: OidcApplication;
  /** What the ticket is asked with; `login` while there is no ticket yet. */
  readonly grant: GrantType | 'login';
  /** The API that the ticket is for. */
  readonly api?: Api | undefined;
  readonly organisations: ReadonlyMap<OrganisationKey, RegisteredOrganisation>;
  readonly person?: ContextPerson | undefined;
}

/** One detail with what its checks look at. */
export interface DetailFacts<Details> extends ContextFacts {
  readonly details: Details;
  /** Where members stood that the schema does not know; they are not in `details`. */
  readonly strangers: readonly string[];
  readonly carrier: Carrier;
  readonly receivedAt: EpochMs;
  /** It came with this very request. */
  readonly arrives: boolean;
  /** A ticket is being made: what concerns the person is judged too. */
  readonly ticket: boolean;
}

/** What a detail says, in the words of its own rules. */
interface Rules<Details> {
  /** Organisations whose records its rules need. */
  readonly organisations: (details: Details, application: OidcApplication) => readonly OrganisationKey[];
  /** The legal entity that it is about, if it names one. */
  readonly entity: (details: Details, application: OidcApplication) => OrganisationKey | undefined;
  /** Its rules look at the person and at the register of health personnel. */
  readonly aboutPerson: boolean;
  readonly checks: readonly ContextCheck<DetailFacts<Details>>[];
  /** Adds what the hub knows better than the application: names, texts, identifiers. Only after the checks. */
  readonly enrich: (details: Details, facts: ContextFacts & { readonly receivedAt: EpochMs }) => unknown;
  /** Claims of an access token, out of what `enrich` made. */
  readonly claims: (enriched: never, facts: ContextFacts) => Readonly<Record<string, unknown>>;
  readonly conditions: (details: Details, application: OidcApplication) => Partial<ContextConditions>;
  /** Its part of the common minimum of a ticket. */
  readonly minimum: (details: Details, application: OidcApplication) => ContextMinimum;
  /** What the trail keeps: codes and ids of the case, never of a patient. */
  readonly trail: (details: Details) => Readonly<Record<string, unknown>>;
}

/** A kind of detail. Its claims go to APIs that are registered for `type`, or with `everyApi` to all. */
export interface DetailType extends Rules<never> {
  readonly type: string;
  readonly schema: TSchema;
  /** The code for what does not have the form of the schema. */
  readonly malformed: FaultCode;
  readonly everyApi: boolean;
}

/** Makes a detail type whose rules get what its schema reads. */
export const detailType = <Schema extends TSchema, Enriched>(
  given: Omit<DetailType, keyof Rules<never> | 'schema'> & { readonly schema: Schema } & Omit<
      Rules<Static<Schema>>,
      'enrich' | 'claims'
    > & {
      readonly enrich: (details: Static<Schema>, facts: ContextFacts & { readonly receivedAt: EpochMs }) => Enriched;
      readonly claims: (enriched: Enriched, facts: ContextFacts) => Readonly<Record<string, unknown>>;
    },
): DetailType => given as unknown as DetailType;

/** Details of one type, read and within bounds. */
export interface Detail {
  readonly type: DetailType;
  readonly details: unknown;
  readonly strangers: readonly string[];
}

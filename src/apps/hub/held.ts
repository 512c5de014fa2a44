// What release rules need beside the directory's facts: the national number when it may leave, and the subject made of it.
import { type Keyring, lastingHash } from '../../base/sealing/index.ts';
import type { CatalogueSnapshot, OidcApplication, SamlApplication } from '../../core/catalogue/index.ts';
import { profileOf } from '../../core/catalogue/index.ts';
import type { PersonFacts } from '../../core/directory/index.ts';
import {
  type AssertionHeld,
  assertionNeeds,
  type HeldFacts,
  heldFor,
  type ReleaseRequest,
} from '../../core/issuing/index.ts';
import type { Permit } from '../../core/policy/index.ts';

export interface Held {
  /** Facts for one ticket; nothing is opened that it does not need. */
  facts(
    permit: Permit,
    wish: Pick<ReleaseRequest, 'application' | 'person' | 'scope' | 'claims' | 'apis'>,
    catalogue: CatalogueSnapshot,
  ): Promise<HeldFacts>;
  /** Facts for one assertion, likewise. A persistent name is the same for ever, and tells two applications nothing in common. */
  assertion(application: SamlApplication, person: string, session: string): Promise<AssertionHeld>;
  /** The person's `sub` towards an application. */
  subjectOf(person: string, application: OidcApplication): Promise<string>;
}

/** A person without a Norwegian number has a pseudonym too, made of our own id. */
const pseudonymOf = (keyring: Keyring, person: string, number: string | undefined): string =>
  number === undefined
    ? lastingHash(keyring, 'pseudonym of person', person)
    : lastingHash(keyring, 'pseudonym of no-fodselsnummer', number);

/** Text of 43 characters that is well-formed as an XML name: of ours alone, unlike a hash of what others can try through. */
const made = (keyring: Keyring, purpose: string, { issuer, entityId }: SamlApplication, whose: string): string =>
  `t${Buffer.from(lastingHash(keyring, purpose, JSON.stringify([issuer, entityId, whose])), 'base64').toString('base64url')}`;

/** What the register of health personnel says; undefined where the hub has none. */
export type HprNumberOf = (person: PersonFacts, nationalNumber: string | undefined) => Promise<HeldFacts['hprNumber']>;

export function heldFacts(
  keyring: Keyring,
  numberOf: (person: string) => Promise<string | undefined>,
  hprNumberOf: HprNumberOf = async () => undefined,
): Held {
  return {
    async assertion(application, person, session) {
      return {
        pairwise: made(keyring, 'persistent name', application, person),
        transient: made(keyring, 'transient name', application, `${session} ${person}`),
        nationalNumber: assertionNeeds(application).nationalNumber ? await numberOf(person) : undefined,
      };
    },
    async facts(permit, wish, catalogue) {
      const needs = heldFor(wish);
      if (!needs.nationalNumber && !needs.pseudonym && !needs.hprNumber) return {};
      const number = await numberOf(permit.person);
      const network = permit.explanation.network;
      return {
        nationalNumber: needs.nationalNumber ? number : undefined,
        hprNumber: needs.hprNumber ? await hprNumberOf(wish.person, number) : undefined,
        pseudonym: needs.pseudonym ? pseudonymOf(keyring, permit.person, number) : undefined,
        healthNetwork: network !== undefined && catalogue.networks.get(network)?.healthNetwork === true,
      };
    },
    async subjectOf(person, application) {
      if (profileOf(application).subject === 'person') return person;
      return pseudonymOf(keyring, person, await numberOf(person));
    },
  };
}

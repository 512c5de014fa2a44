// What a certificate says of its holder: from the directory alone, and only the fields that its rule names.
import type { CertificateField } from '../../wire/codes/index.ts';
import type { CardCertificateRule, CardProfile } from '../catalogue/index.ts';
import { type Assignment, holds, type Organisation, type Person } from '../directory/index.ts';
import type { Card } from './card.ts';

export type CertificateHolder = Readonly<Partial<Record<CertificateField, string>>>;

export interface HolderFacts {
  readonly card: Pick<Card, 'holder' | 'organisation'>;
  readonly profile: Pick<CardProfile, 'country' | 'identifier'>;
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly organisation: Organisation | undefined;
  /** The holder's identity in the profile's namespace; for `hsa-id` that of the assignment there counts first. */
  readonly identity: string | undefined;
  readonly now: number;
}

const attribute = ({ attributes }: Person, name: string): string | undefined => {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * The fields of one certificate. Its serialNumber is the holder's identity that the card's population reads at login; an
 * HSA-ID is that of the organisation which ordered the card. Somebody with a protected identity is known by it alone (K11).
 */
export function certificateHolder(rule: CardCertificateRule, facts: HolderFacts): CertificateHolder {
  const { card, person, organisation, now } = facts;
  const here = facts.assignments.filter(
    (one) => one.person === card.holder && one.organisation === card.organisation && holds(one, now),
  );
  const hsaId = facts.profile.identifier === 'hsa-id' ? here.find((one) => one.hsaId !== undefined)?.hsaId : undefined;
  const identifier = hsaId?.toUpperCase() ?? facts.identity;
  const open = !person.protectedIdentity;
  const found: CertificateHolder = {
    country: facts.profile.country,
    organization: organisation?.name,
    organizationIdentifier: organisation?.number,
    title: open ? here.find(({ title }) => title !== undefined)?.title : undefined,
    commonName: open ? `${person.givenName} ${person.familyName}` : identifier,
    surname: open ? person.familyName : identifier,
    givenName: open ? person.givenName : identifier,
    serialNumber: identifier,
    upn: attribute(person, 'userPrincipalName'),
    sid: attribute(person, 'securityIdentifier'),
    email: open ? attribute(person, 'email') : undefined,
  } as CertificateHolder;
  return Object.fromEntries(
    rule.fields.flatMap((field) => (found[field] === undefined ? [] : [[field, found[field]]])),
  );
}

// What a certificate says of its holder: from the directory and the holder's account alone, and only the fields that its rule names.
import type { CertificateField } from '../../wire/codes/index.ts';
import type { CardCertificateRule, CardProfile } from '../catalogue/index.ts';
import { type Assignment, type HeldAccount, holds, type Organisation, type Person } from '../directory/index.ts';
import type { Card } from './card.ts';

export type CertificateHolder = Readonly<Partial<Record<CertificateField, string>>>;

export interface HolderFacts {
  readonly card: Pick<Card, 'holder' | 'organisation'>;
  readonly profile: Pick<CardProfile, 'country' | 'identifier' | 'account'>;
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly organisation: Organisation | undefined;
  /** The holder's identity in the profile's namespace; for `hsa-id` that of the assignment there counts first. */
  readonly identity: string | undefined;
  /** Accounts of the holder that are open. */
  readonly accounts?: readonly HeldAccount[] | undefined;
  readonly now: number;
}

const attribute = ({ attributes }: Person, name: string): string | undefined => {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Why no certificate can be asked for; undefined: it can. A card that is to log on to a domain names an account that is there. */
export const holderFault = (facts: HolderFacts): string | undefined =>
  facts.profile.account === undefined || accountOf(facts) !== undefined
    ? undefined
    : `the holder has no open account in ${facts.profile.account}: it appears when the holder opens an application that needs it`;

const accountOf = ({ profile, accounts = [] }: HolderFacts): HeldAccount | undefined =>
  accounts.find(({ target }) => target === profile.account);

/**
 * The fields of one certificate. Its serialNumber is the holder's identity that the card's population reads at login; an
 * HSA-ID is that of the organisation which ordered the card. Whom it logs on to a domain is the account there and nothing else, where the
 * profile names the target. Somebody with a protected identity is known by it alone (K11).
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
    ...principalOf(facts),
    email: open ? attribute(person, 'email') : undefined,
  } as CertificateHolder;
  return Object.fromEntries(
    rule.fields.flatMap((field) => (found[field] === undefined ? [] : [[field, found[field]]])),
  );
}

function principalOf(facts: HolderFacts): Pick<CertificateHolder, 'upn' | 'sid'> {
  if (facts.profile.account !== undefined) {
    const { principal, sid } = accountOf(facts) ?? {};
    return { upn: principal, sid } as CertificateHolder;
  }
  return {
    upn: attribute(facts.person, 'userPrincipalName'),
    sid: attribute(facts.person, 'securityIdentifier'),
  } as CertificateHolder;
}

// What a certificate says of its holder beside the identifier: for display only, never for linking.
import { attributeOids, attributesOf, type Certificate } from '../../base/x509/index.ts';

export interface HolderNames {
  readonly displayName: string | undefined;
  readonly givenName: string | undefined;
  readonly surname: string | undefined;
  readonly title: string | undefined;
  readonly organization: string | undefined;
}

const longest = 128;

/** Names from the subject; one with a fault of encoding is left out. */
export function holderNames({ subject }: Certificate): HolderNames {
  const value = (oid: string): string | undefined => {
    const [first] = attributesOf(subject, oid);
    return first === undefined || first.faults.length > 0 ? undefined : first.value.slice(0, longest);
  };
  const givenName = value(attributeOids.givenName);
  const surname = value(attributeOids.surname);
  const both = givenName !== undefined && surname !== undefined ? `${givenName} ${surname}` : undefined;
  return {
    displayName: value(attributeOids.commonName) ?? both,
    givenName,
    surname,
    title: value(attributeOids.title),
    organization: value(attributeOids.organization),
  };
}

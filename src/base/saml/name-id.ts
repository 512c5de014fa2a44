// NameID: the name of a principal, with the format and the qualifiers that scope it; and Issuer, which is one.
import { elementMaker, type XmlElement } from '../xml/index.ts';
import { nameIdFormats, ns } from './names.ts';
import { attributesOf, filledText, malformed, optionalUri } from './read-element.ts';

/** SAML Core 2.2.3. */
export interface NameId {
  readonly value: string;
  readonly format?: string | undefined;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
  readonly spProvidedId?: string | undefined;
}

const saml = elementMaker('saml', ns.saml);
const attributes = ['Format', 'NameQualifier', 'SPNameQualifier', 'SPProvidedID'] as const;
const mostIdentifierLength = 1024;

/** Reads a NameID. Its value is the whole text, also where a comment divided it (S8). */
export function readNameId(element: XmlElement): NameId {
  const given = attributesOf(element, attributes);
  const value = filledText(element);
  if (value.length > mostIdentifierLength) throw malformed(`a ${element.local} that is too long`);
  return {
    value,
    format: optionalUri(given.Format, 'Format'),
    nameQualifier: given.NameQualifier,
    spNameQualifier: given.SPNameQualifier,
    spProvidedId: given.SPProvidedID,
  };
}

export function writeNameId(nameId: NameId): XmlElement {
  return saml(
    'NameID',
    {
      Format: nameId.format,
      NameQualifier: nameId.nameQualifier,
      SPNameQualifier: nameId.spNameQualifier,
      SPProvidedID: nameId.spProvidedId,
    },
    nameId.value,
  );
}

/** The entity ID of an Issuer, whose format must be that of entities or unsaid (SAML Profiles 4.1.4.1, 4.1.4.2). */
export function readIssuer(element: XmlElement): string {
  const { value, format = nameIdFormats.entity, nameQualifier, spNameQualifier, spProvidedId } = readNameId(element);
  if (format !== nameIdFormats.entity) throw malformed('an Issuer that is no entity');
  if ((nameQualifier ?? spNameQualifier ?? spProvidedId) !== undefined) throw malformed('an Issuer with qualifiers');
  return value.trim();
}

export const writeIssuer = (entityId: string): XmlElement => saml('Issuer', {}, entityId);

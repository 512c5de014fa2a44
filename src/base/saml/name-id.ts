// NameID: the name of a principal, with the format and the qualifiers that scope it.

/** SAML Core 2.2.3. */
export interface NameId {
  readonly value: string;
  readonly format?: string | undefined;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
  readonly spProvidedId?: string | undefined;
}

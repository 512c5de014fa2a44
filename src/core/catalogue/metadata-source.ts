// Where SAML metadata comes from: a partner's document, an address, a service of single entities, or files handed in.

/** Roles that a source may bring. */
export const metadataRoles = ['idp', 'sp'] as const;
export type MetadataRole = (typeof metadataRoles)[number];

/** Who signs: a certificate, which is only a holder of its key, or the SHA-256 of one that comes along with the signature. */
export type MetadataSigner = { readonly certificate: string } | { readonly fingerprint: string };

export type MetadataOrigin =
  /** One partner's EntityDescriptor, as an administrator applied it. */
  | { readonly document: string }
  /** An aggregate or one entity, fetched on schedule. */
  | { readonly url: string }
  /** Metadata Query Protocol: each entity is asked for when somebody needs it. */
  | { readonly mdq: string; readonly form: 'id' | 'sha1' }
  /** Nothing is fetched: files are handed in by `tillit metadata refresh`. */
  | { readonly handedIn: true };

/** A source of SAML metadata, whom it speaks for and what it may bring. */
export interface MetadataSource {
  readonly id: string;
  /** The federation whose members it lists; absent = none, for a partner of our own. */
  readonly federation?: string | undefined;
  readonly from: MetadataOrigin;
  /** Any one of them signs it; several during a change of keys. None only where an administrator applied the document. */
  readonly signers: readonly MetadataSigner[];
  readonly roles: readonly MetadataRole[];
  /** Only entities registered by one of these (mdrpi:RegistrationInfo); absent = any. */
  readonly registrationAuthorities?: readonly string[] | undefined;
  /** Only entities with one of these entity categories; absent = any. */
  readonly entityCategories?: readonly string[] | undefined;
  /** Only these entities; absent = any. */
  readonly entities?: readonly string[] | undefined;
  /** Where several sources bring one entity, the lowest counts. */
  readonly order: number;
  readonly refreshMinutes: number;
  readonly timeoutSeconds: number;
  readonly mostMegabytes: number;
  /** Its address may be a private one. */
  readonly privateNetwork: boolean;
}

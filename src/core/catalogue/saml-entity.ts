// What the catalogue knows of a SAML partner itself: written by hand, taken over from its metadata by `apply`, or read from a source when it is needed.

/** Bindings that we speak (SAML Bindings 3). */
export type SamlBinding = 'redirect' | 'post' | 'artifact' | 'soap';

/** Bindings that an answer comes by (SAML Profiles 4.1.2). */
export type SamlAnswerBinding = Extract<SamlBinding, 'post' | 'artifact'>;

/** Where a partner takes messages (SAML Metadata 2.2.2, 2.2.3). */
export interface SamlEndpoint {
  readonly binding: SamlBinding;
  readonly location: string;
  /** Where answers go; absent = `location`. */
  readonly responseLocation?: string | undefined;
  /** Of an indexed endpoint. */
  readonly index?: number | undefined;
  readonly isDefault?: boolean | undefined;
}

/** Places and keys are those that a source of metadata vouches for when they are needed: the record itself has none. */
export interface FromMetadata {
  /** Id of the source. */
  readonly source: string;
}

/** Certificates (PEM) as holders of keys: their dates and issuers are not looked at (Sweden Connect deployment profile 2). */
export interface SamlKeys {
  /** What it signs with; several while it changes keys. */
  readonly signing: readonly string[];
  /** What we encrypt to; the first is used. */
  readonly encryption: readonly string[];
}

// What each side of the SAML rows can do: answer a request, believe an answer, or both.

/** An answer as the browser brings it, with the id of the request that the service provider remembers. */
export interface Brought {
  readonly requestId: string;
  /** `SAMLResponse`, base64. */
  readonly response: string;
}

export interface Side {
  /** The query of a signed AuthnRequest to `SAMLResponse`: both signed, assertion encrypted. */
  readonly answer?: ((query: string) => Promise<string>) | undefined;
  /** Both signatures, decryption, issuer, audience and times; answers the NameID, throws when it refuses. */
  readonly believe?: ((brought: Brought) => Promise<string>) | undefined;
}

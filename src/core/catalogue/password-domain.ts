// The organisation's own Active Directory as a place that knows people's passwords (H4): where it is, and what it may say of whom.

/** An attribute of an account that names its holder for good. */
export interface DomainIdentity {
  readonly attribute: string;
  readonly namespace: string;
  /** What every value begins with; another value names nobody. The directory of one organisation says nothing of another's people (A2). */
  readonly prefix: string;
}

export interface PasswordDomain {
  /** Domain controllers, `ldaps://`, in the order in which they are asked. The first should be the one that counts wrong passwords. */
  readonly controllers: readonly string[];
  /** Who vouches for the controllers (PEM). */
  readonly tlsAuthorities: readonly string[];
  /** Root of the tree that people's accounts lie in, a distinguished name. */
  readonly base: string;
  /** Who the hub is there, to look accounts up. */
  readonly bindName: string;
  readonly sealedPassword: string;
  /** What is put after a name that is typed without @. */
  readonly principalSuffix?: string | undefined;
  /** What may stand before a name and a backslash. */
  readonly netbiosName?: string | undefined;
  /** What the person is known by; absent = the account itself (`ad:PROVIDER`, its objectGUID). */
  readonly subject?: DomainIdentity | undefined;
  readonly alternates: readonly DomainIdentity[];
  /** The organisation whose own people it proves. */
  readonly organisation: string;
  readonly assurance: 'low' | 'substantial';
  /** The domain's lock-out, where the hub may not read it: the lower of the two counts. */
  readonly lockOut?: { readonly afterFailures: number; readonly windowSeconds: number } | undefined;
}

/** Namespace of the accounts themselves. */
export const domainNamespace = (provider: string): string => `ad:${provider}`;

/** Attributes that change with a marriage or a move, or that are given to the next person (A1). Small letters. */
export const changeableDomainAttributes: readonly string[] = [
  'samaccountname',
  'userprincipalname',
  'mail',
  'proxyaddresses',
  'displayname',
  'name',
  'cn',
  'distinguishedname',
  'telephonenumber',
  'mobile',
];

/** National numbers: no organisation's directory is who says them. */
export const nationalNamespaces: readonly string[] = ['se-personnummer', 'no-fodselsnummer', 'nl-bsn'];

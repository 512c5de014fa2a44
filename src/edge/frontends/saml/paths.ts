// Where the SAML endpoints of an issuer lie, and what it is called among federations.
import type { Issuer } from '../../../core/catalogue/index.ts';

const paths = {
  metadata: '/saml/metadata',
  sso: '/saml/sso',
  /** Where the browser comes back to with a request that another site posted. */
  'sso-continue': '/saml/sso/continue',
  init: '/saml/init',
  slo: '/saml/slo',
  'slo-soap': '/saml/slo/soap',
  'slo-done': '/saml/slo/done',
  artifact: '/saml/artifact',
} as const;

export type SamlPage = keyof typeof paths;

/** Path below the issuer's URL. */
export const samlPath = (page: SamlPage): string => paths[page];

export const samlUrl = (issuer: Pick<Issuer, 'url'>, page: SamlPage): string => issuer.url + paths[page];

/** Our entity ID: the address of our metadata (SAML Metadata 4.1.1). */
export const entityIdOf = (issuer: Pick<Issuer, 'url'>): string => samlUrl(issuer, 'metadata');

// The checks on outside certificate issuers: a CA that signs, an address over TLS, and the credentials that its protocol needs.
import { pemBlocks, readCertificate } from '../../base/x509/index.ts';
import { type CertificateIssuer, ownIssuer } from './certificate-issuer.ts';
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { isLoopback } from './redirect-uri.ts';

const each = (
  name: string,
  clause: string,
  test: (issuer: CertificateIssuer) => readonly [path: string, message: string] | undefined,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot }): Iterable<CatalogueProblem> {
    for (const issuer of snapshot.certificateIssuers.values()) {
      const fault = test(issuer);
      if (fault) yield { kind: 'certificateIssuer', id: issuer.id, path: fault[0].split('.'), message: fault[1] };
    }
  },
});

function signerFault(pem: string): string | undefined {
  const blocks = pemBlocks(pem);
  const reading = blocks[0] && readCertificate(blocks[0]);
  if (blocks.length !== 1 || !reading?.ok) return 'write the one certificate that it signs with';
  return reading.certificate.basicConstraints?.ca === true ? undefined : 'this is not the certificate of a CA';
}

export const certificateIssuerChecks: readonly CatalogueCheck[] = [
  each('certificateIssuer.id', 'house: the hub’s own authority has this name', ({ id }) =>
    id === ownIssuer ? ['id', `${ownIssuer} is the hub’s own authority`] : undefined,
  ),
  each('certificateIssuer.address', 'RFC 7030 3.3; O10: asked over TLS', ({ address }) =>
    !URL.canParse(address) || new URL(address).username !== ''
      ? ['address', 'this is no address']
      : new URL(address).protocol === 'http:' && !isLoopback(address)
        ? ['address', 'write https; http is for this machine alone']
        : undefined,
  ),
  each('certificateIssuer.signer', 'RFC 5280 4.2.1.9: what it makes is held to one CA', ({ signer }) => {
    const fault = signerFault(signer);
    return fault === undefined ? undefined : ['signer', fault];
  }),
  each(
    'certificateIssuer.credentials',
    'H3: nobody issues for who does not say who it is',
    ({ kind, client, shared }) => {
      if (kind === 'cfssl') return shared === undefined ? ['shared', 'CFSSL needs its auth_key'] : undefined;
      return client === undefined && shared === undefined
        ? ['client', 'write what it knows us by: client, or shared']
        : undefined;
    },
  ),
  each('certificateIssuer.holds', 'house: a record promises what its protocol can do', ({ kind, holds }) =>
    holds && kind !== 'cmp' ? ['holds', `${kind} has no way to suspend a certificate and to take it back`] : undefined,
  ),
];

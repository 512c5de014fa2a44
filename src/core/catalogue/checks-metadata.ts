// The checks on sources of SAML metadata: somebody answers for what they bring, and they lie where we may ask.
import { pemBlocks, readCertificate } from '../../base/x509/index.ts';
import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import type { MetadataSource } from './metadata-source.ts';
import { isLoopback } from './redirect-uri.ts';

type Say = (path: readonly (string | number)[], message: string) => CatalogueProblem;

/** A check of each source by itself. */
const each = (
  name: string,
  clause: string,
  test: (source: MetadataSource, say: Say, facts: CheckFacts) => Iterable<CatalogueProblem>,
): CatalogueCheck => ({
  name,
  clause,
  *test(facts) {
    for (const source of facts.snapshot.metadataSources.values()) {
      yield* test(source, (path, message) => ({ kind: 'metadataSource', id: source.id, path, message }), facts);
    }
  },
});

const leastRsaBits = 2048;

/** What is wrong with a pinned certificate; its dates say nothing, it is only a holder of a key (Sweden Connect 2.1). */
function signerFault(pem: string): string | undefined {
  const [der, ...more] = pemBlocks(pem);
  if (der === undefined || more.length > 0) return 'write one certificate';
  const reading = readCertificate(der);
  if (!reading.ok) return `this certificate cannot be read: ${reading.reason}`;
  const { type, bits } = reading.certificate.publicKey;
  if (type === 'rsa') return bits < leastRsaBits ? `an RSA key has at least ${leastRsaBits} bits` : undefined;
  return type === 'ec' && bits > 0 ? undefined : 'a key that signs metadata is RSA, or EC on P-256, P-384 or P-521';
}

export const metadataSourceChecks: readonly CatalogueCheck[] = [
  each('metadataSource.federation', 'house: references exist', function* ({ federation }, say, { snapshot }) {
    if (federation !== undefined && !snapshot.federations.has(federation))
      yield say(['federation'], `there is no federation ${federation}`);
  }),
  each(
    'metadataSource.signed',
    'SAML Metadata 3; K1: what comes over a network is signed by a pinned key',
    function* ({ from, signers }, say) {
      if (signers.length === 0 && !('document' in from)) yield say(['signers'], 'name who signs it');
    },
  ),
  each('metadataSource.signers', 'SAML Metadata 3.1; S: a weak key signs nothing', function* ({ signers }, say) {
    for (const [index, signer] of signers.entries()) {
      const fault = 'certificate' in signer ? signerFault(signer.certificate) : undefined;
      if (fault !== undefined) yield say(['signers', index, 'certificate'], fault);
    }
  }),
  each('metadataSource.address', 'O10: asked over TLS', function* ({ from, privateNetwork }, say) {
    const [member, address] = 'url' in from ? ['url', from.url] : 'mdq' in from ? ['mdq', from.mdq] : [];
    if (member === undefined || address === undefined) return;
    const path = ['from', member];
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || url.username || url.password) yield say(path, 'this is no address');
    else if (url.protocol === 'http:' && !(isLoopback(address) && privateNetwork))
      yield say(path, 'write https; http is for a private network on this machine alone');
    else if (member === 'mdq' && (url.search || url.hash)) yield say(path, 'leave query and fragment out');
  }),
];

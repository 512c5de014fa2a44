// Certificates out of a certs-only message: CMS SignedData without signer or content (RFC 5652 5.1, RFC 5272 4.1).
import { Problem } from '../problem.ts';
import { definiteForm } from './ber-form.ts';
import { childrenOf, DerCursor, encodingOf, malformed, readRoot, tags } from './der.ts';
import { readOid, readSmallInteger } from './der-values.ts';

export type CertsOnlyReading =
  | { readonly ok: true; readonly certificates: readonly Buffer[] }
  | { readonly ok: false; readonly reason: string };

/** Room for a chain of ten large certificates. */
export const mostCertsOnlyBytes = 128 * 1024;
const mostCertificates = 20;
const signedDataOid = '1.2.840.113549.1.7.2';
const dataOid = '1.2.840.113549.1.7.1';

function parse(bytes: Buffer): readonly Buffer[] {
  if (bytes.length > mostCertsOnlyBytes) throw malformed('message too large');
  const outer = new DerCursor(readRoot(definiteForm(bytes), tags.sequence));
  if (readOid(outer.next()) !== signedDataOid) throw malformed('not signed data');
  const explicit = new DerCursor(outer.next(0xa0));
  outer.end();
  const cursor = new DerCursor(explicit.next(tags.sequence));
  explicit.end();
  readSmallInteger(cursor.next());
  if (childrenOf(cursor.next(tags.set), 1).length > 0) throw malformed('digest algorithms of nobody');
  const content = new DerCursor(cursor.next(tags.sequence));
  if (readOid(content.next()) !== dataOid) throw malformed('other content than data');
  content.end();
  const certificates = cursor.optional(0xa0);
  cursor.optional(0xa1); // revocation lists: nobody asked for them
  if (childrenOf(cursor.next(tags.set), 1).length > 0) throw malformed('signers');
  cursor.end();
  if (certificates === undefined) throw malformed('no certificates');
  const found = childrenOf(certificates, mostCertificates);
  if (found.length === 0) throw malformed('no certificates');
  return found.map((element) => {
    if (element.tag !== tags.sequence) throw malformed('an attribute certificate');
    return encodingOf(element);
  });
}

/** The certificates of such a message, in its order, unread; `reason` is for the log. Never throws for any bytes. */
export function readCertsOnly(bytes: Buffer): CertsOnlyReading {
  try {
    return { ok: true, certificates: parse(bytes) };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'x509.malformed')
      return { ok: false, reason: thrown.detail ?? thrown.code };
    throw thrown;
  }
}

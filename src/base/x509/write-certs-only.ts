// Writes certs-only messages: CMS SignedData without signer or content, the usual envelope of certificates (RFC 5272 4.1).
import { der, derInteger, derOid, derSequence, derSet } from './der-writer.ts';

const signedDataOid = '1.2.840.113549.1.7.2';
const dataOid = '1.2.840.113549.1.7.1';

/** The certificates, each DER, in one message, DER (RFC 5652 5.1). They come in the order of DER, which says nothing (X.690 11.6). */
export const writeCertsOnly = (certificates: readonly Buffer[]): Buffer =>
  derSequence(
    derOid(signedDataOid),
    der(
      0xa0,
      derSequence(
        derInteger(1),
        derSet(),
        derSequence(derOid(dataOid)),
        der(0xa0, ...[...certificates].sort(Buffer.compare)),
        derSet(),
      ),
    ),
  );

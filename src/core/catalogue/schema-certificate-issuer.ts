// What the record of an outside certificate issuer may say.
import { flag, oneOf, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { type CertificateIssuer, certificateIssuerKinds } from './certificate-issuer.ts';
import { certificate, certificates, id, sealedSecret } from './schema-parts.ts';

export const certificateIssuerSchema = record({
  id: id(),
  name: text({ title: 'Name', maxLength: 100 }),
  kind: oneOf(certificateIssuerKinds, { title: 'Protocol' }),
  address: text({
    title: 'Address',
    pattern: '^https?://[^\\s?#]+[^\\s?#/]$',
    maxLength: 500,
    allowed: 'an https address without a slash at its end, without query and fragment',
  }),
  signer: certificate('Certificate of the CA that signs'),
  tlsAuthorities: certificates('Who vouches for its address', { default: [] }),
  client: optional(
    record(
      { certificate: certificate('Certificate'), sealedKey: sealedSecret('Key', 'keyFile') },
      { title: 'What it is shown of us' },
    ),
  ),
  shared: optional(
    record(
      {
        user: text({
          title: 'Our name there',
          pattern: '^[\\x21-\\x39\\x3b-\\x7e]{1,100}$',
          allowed: 'ASCII without : and spaces',
        }),
        sealedSecret: sealedSecret('Secret', 'secretFile'),
      },
      { title: 'Shared secret' },
    ),
  ),
  holds: flag({ title: 'It suspends certificates', default: false }),
  reenrolls: flag({ title: 'Renewals have their own name there', default: false }),
  // Two requests fit into the minute that one piece of work may take.
  timeoutSeconds: wholeNumber({ title: 'Seconds to wait for an answer', minimum: 1, maximum: 20, default: 15 }),
});

type Fits<Read extends Told, Told> = Read;
export type CertificateIssuerSchemaFits = Fits<Static<typeof certificateIssuerSchema>, CertificateIssuer>;

// The description of a source of SAML metadata: where it comes from, who signs it, and what it may bring.
import { either, flag, list, oneOf, optional, record, text, wholeNumber, word } from '../../base/schema/index.ts';
import { metadataRoles } from './metadata-source.ts';
import { certificate, id, reference, url } from './schema-parts.ts';

/** An identifier of SAML: any URI (SAML Core 8.3.6). */
const uri = () => text({ pattern: '^[\\x21-\\x7e]{1,1024}$', maxLength: 1024, allowed: 'a URI' });
const uris = (title: string) => list(uri(), { title, minItems: 1, uniqueItems: true });

const originSchema = either(
  [
    record({
      document: text({
        title: 'EntityDescriptor',
        control: 'multiline',
        maxLength: 500_000,
        pattern: '^\\s*\\ufeff?<',
        allowed: 'the XML of one entity, or `file: path`',
      }),
    }),
    record({ url: url('Address') }),
    record({
      mdq: url('Address of the service', 'What stands before /entities/'),
      form: oneOf(['id', 'sha1'], { title: 'Entities are asked for by', default: 'id' }),
    }),
    record({ handedIn: word(true) }),
  ],
  { title: 'From' },
);

const signerSchema = either([
  record({ certificate: certificate('Certificate') }),
  record({
    fingerprint: text({
      title: 'SHA-256 of the certificate',
      pattern: '^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$',
      allowed: '64 hexadecimal digits, with or without colons',
    }),
  }),
]);

export const metadataSourceSchema = record({
  id: id(),
  federation: optional(reference('federation', 'Federation that it speaks for')),
  from: originSchema,
  signers: list(signerSchema, { title: 'Signed by', maxItems: 10, default: [] }),
  roles: list(oneOf(metadataRoles), { title: 'Roles that it brings', minItems: 1, uniqueItems: true }),
  registrationAuthorities: optional(uris('Only registered by')),
  entityCategories: optional(uris('Only of the categories')),
  entities: optional(uris('Only these entities')),
  order: wholeNumber({ title: 'Order', minimum: 0, maximum: 1000, default: 100 }),
  refreshMinutes: wholeNumber({ title: 'Refresh every, minutes', minimum: 5, maximum: 1440, default: 60 }),
  timeoutSeconds: wholeNumber({ title: 'Longest refresh, seconds', minimum: 5, maximum: 1800, default: 180 }),
  mostMegabytes: wholeNumber({ title: 'Largest file, MB', minimum: 1, maximum: 256, default: 64 }),
  privateNetwork: flag({ title: 'Lies in a private network', default: false }),
});

// What the record of a provider may say of a directory that knows people's passwords.
import { list, oneOf, optional, record, text, wholeNumber } from '../../base/schema/index.ts';
import { attributeName, controllers, distinguishedName } from './schema-account.ts';
import { certificates, reference, sealedSecret, seconds } from './schema-parts.ts';

const identity = (title: string) =>
  record(
    {
      attribute: attributeName('Attribute'),
      namespace: text({
        title: 'Namespace',
        pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
        maxLength: 64,
        allowed: 'a namespace, for example hsa-id',
      }),
      prefix: text({
        title: 'What every value begins with',
        minLength: 3,
        maxLength: 100,
        allowed: 'what only this organisation’s values begin with, for example SE2321000016-',
      }),
    },
    { title },
  );

export const passwordDomainSchema = record(
  {
    controllers: controllers(4),
    tlsAuthorities: certificates('Who vouches for the controllers', { minItems: 1 }),
    base: distinguishedName('Root of the tree'),
    bindName: text({ title: 'Who the hub is there', minLength: 1, maxLength: 500 }),
    sealedPassword: sealedSecret('Password', 'passwordFile'),
    principalSuffix: optional(
      text({
        title: 'What follows the @ of a principal name',
        maxLength: 200,
        pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$',
        allowed: 'a domain name',
      }),
    ),
    netbiosName: optional(
      text({
        title: 'NetBIOS name of the domain',
        pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,14}$',
        allowed: 'such as REGION',
      }),
    ),
    subject: optional(identity('Who the person is')),
    alternates: list(identity('Identity'), { title: 'Further identities', maxItems: 5, default: [] }),
    organisation: reference('organisation', 'Organisation whose people it proves'),
    assurance: oneOf(['low', 'substantial'], { title: 'What a password is worth', default: 'low' }),
    lockOut: optional(
      record(
        {
          afterFailures: wholeNumber({ title: 'Wrong passwords that lock', minimum: 2, maximum: 999 }),
          windowSeconds: seconds('Until they are forgotten', 86_400),
        },
        { title: 'Lock-out of the domain' },
      ),
    ),
  },
  { title: 'Active Directory that knows the passwords' },
);

// The checks on providers that ask an organisation's own directory: what goes with the connector, and who it may speak of (A1, A2).
import type { CatalogueCheck } from './checks.ts';
import { plainId, reserved } from './checks-upstream.ts';
import {
  changeableDomainAttributes,
  type DomainIdentity,
  nationalNamespaces,
  type PasswordDomain,
} from './password-domain.ts';
import type { Provider } from './snapshot.ts';

type Path = readonly (string | number)[];
type Found = readonly [path: Path, message: string];
type WithDomain = Provider & { readonly domain: PasswordDomain };

const hasDomain = (provider: Provider): provider is WithDomain => provider.domain !== undefined;

const eachDomain = (
  name: string,
  clause: string,
  test: (provider: WithDomain, organisations: ReadonlySet<string> | undefined) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const provider of [...snapshot.providers.values()].filter(hasDomain))
      for (const [path, message] of test(provider, organisations))
        yield { kind: 'provider', id: provider.id, path: ['domain', ...path], message };
  },
});

/** Each identity with its place. */
const identitiesOf = ({ domain }: WithDomain): readonly (readonly [Path, DomainIdentity])[] => [
  ...(domain.subject === undefined ? [] : [[['subject'], domain.subject] as const]),
  ...domain.alternates.map((one, index) => [['alternates', index], one] as const),
];

export const passwordDomainChecks: readonly CatalogueCheck[] = [
  {
    name: 'passwordDomain.connector',
    clause: 'house: a connector has its own settings and no other’s',
    *test({ snapshot }) {
      for (const { id, connector, domain, populations } of snapshot.providers.values()) {
        const say = (path: Path, message: string) => ({ kind: 'provider', id, path, message }) as const;
        if (connector !== 'directoryPassword' && domain !== undefined)
          yield say(['domain'], `connector ${connector} has none`);
        if (connector !== 'directoryPassword') continue;
        if (domain === undefined) yield say(['domain'], 'connector directoryPassword needs it');
        if (populations.length > 0) yield say(['populations'], 'a directory has no certificate populations');
        if (!plainId.test(id)) yield say(['id'], 'the id of a directory has 1 to 51 small letters, digits and . _ -');
      }
    },
  },
  {
    name: 'passwordDomain.assurance',
    clause: 'eIDAS 2015/1502 2.2.1: a password is one factor',
    *test({ snapshot }) {
      for (const { id, maximumAssurance } of [...snapshot.providers.values()].filter(hasDomain))
        if (maximumAssurance === 'high')
          yield { kind: 'provider', id, path: ['maximumAssurance'], message: 'a password is never high' };
    },
  },
  eachDomain('passwordDomain.namespaces', 'A2: nobody asserts another’s people', function* (provider) {
    const seen = new Set<string>();
    for (const [path, { namespace }] of identitiesOf(provider)) {
      if (reserved.test(namespace)) yield [[...path, 'namespace'], `${namespace} is not a directory's to assert`];
      if (nationalNamespaces.includes(namespace))
        yield [
          [...path, 'namespace'],
          `${namespace} is a national number: the directory of one organisation says none`,
        ];
      if (seen.has(namespace)) yield [[...path, 'namespace'], `${namespace} is there twice`];
      seen.add(namespace);
    }
  }),
  eachDomain('passwordDomain.prefix', 'A2: an HSA-ID begins with the number of who gave it', function* (provider) {
    for (const [path, { namespace, prefix }] of identitiesOf(provider))
      if (namespace === 'hsa-id' && !/^[A-Z]{2}[0-9A-Z]{10}-/.test(prefix))
        yield [[...path, 'prefix'], 'write the country, the organisation number and the hyphen: SE2321000016-'];
  }),
  eachDomain('passwordDomain.attributes', 'A1: people change, share and pass on such values', function* (provider) {
    for (const [path, { attribute }] of identitiesOf(provider))
      if (changeableDomainAttributes.includes(attribute.toLowerCase()))
        yield [[...path, 'attribute'], `${attribute} names nobody for good`];
  }),
  eachDomain('passwordDomain.organisation', 'house: references exist', function* ({ domain }, organisations) {
    if (organisations && !organisations.has(domain.organisation))
      yield [['organisation'], `there is no organisation ${domain.organisation}`];
  }),
];

// The checks on registers of people: asked over TLS alone, by somebody whom they know.
import { pemBlocks, readCertificate } from '../../base/x509/index.ts';
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { isFedKind, type PersonSourceRecord } from './person-source-record.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (name: string, clause: string, test: (source: PersonSourceRecord) => Iterable<Found>): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot }): Iterable<CatalogueProblem> {
    for (const source of snapshot.personSources.values())
      for (const [path, message] of test(source)) yield { kind: 'personSource', id: source.id, path, message };
  },
});

const isLdap = ({ kind }: Pick<PersonSourceRecord, 'kind'>) => kind === 'hsaLdap' || isFedKind(kind);
const schemeOf = (source: PersonSourceRecord) => (isLdap(source) ? 'ldaps:' : 'https:');

export const personSourceChecks: readonly CatalogueCheck[] = [
  each('personSource.addresses', 'K5: asked over TLS', function* (source) {
    const scheme = schemeOf(source);
    for (const [index, address] of source.addresses.entries()) {
      if (!URL.canParse(address)) yield [['addresses', index], 'this is no address'];
      else if (new URL(address).protocol !== scheme) yield [['addresses', index], `write ${scheme}//`];
      else if (isLdap(source) && !/^ldaps:\/\/[^/]+$/.test(address))
        yield [['addresses', index], 'write the host alone, and its port if it is not 636'];
    }
  }),
  each('personSource.client', 'RIV-TA BP 2.1: mutual TLS', function* ({ kind, client }) {
    if (!isLdap({ kind }) && client === undefined) yield [['client'], 'it wants a certificate: client'];
    if (client === undefined) return;
    const [first] = pemBlocks(client.certificate);
    if (first === undefined || !readCertificate(first).ok)
      yield [['client', 'certificate'], 'this is no certificate that can be read'];
  }),
  each('personSource.logicalAddress', 'RIV-TA BP 2.1: LogicalAddress', function* ({ kind, logicalAddress }) {
    if (!isLdap({ kind }) && logicalAddress === undefined)
      yield [['logicalAddress'], 'write whom the messages are for: the HSA-ID of the agreement'];
  }),
  each('personSource.bind', 'RFC 4513 5.1: nobody reads people without saying who it is', function* ({ kind, bind }) {
    if (isLdap({ kind }) === (bind !== undefined)) return;
    yield [['bind'], isLdap({ kind }) ? 'write who the hub is there: bind' : 'a name and password are for LDAP'];
  }),
];

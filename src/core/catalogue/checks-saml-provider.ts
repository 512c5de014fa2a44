// The checks on SAML identity providers: what goes with the connector, where they lie, their keys, and who may assert what (A1, A2).
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { endpointProblems, fromMetadata, keyProblems, metadataProblems } from './checks-saml-application.ts';
import { plainId, reserved } from './checks-upstream.ts';
import { changeableAttributes } from './saml-attributes.ts';
import type { SamlUpstream } from './saml-provider.ts';
import { samlPresetOf } from './saml-provider-preset.ts';
import type { CatalogueSnapshot, Provider } from './snapshot.ts';

/** Each member's provider has an id that begins with it, and no id is longer than 51. */
const longestMembersId = 30;

type Path = readonly (string | number)[];
type WithSaml = Provider & { readonly saml: SamlUpstream };

const hasSaml = (provider: Provider): provider is WithSaml => provider.saml !== undefined;
const withSaml = ({ providers }: Pick<CatalogueSnapshot, 'providers'>): readonly WithSaml[] =>
  [...providers.values()].filter(hasSaml);

const problem = (id: string, path: Path, message: string): CatalogueProblem => ({
  kind: 'provider',
  id,
  path,
  message,
});
const inSaml = (id: string, path: Path, message: string): CatalogueProblem => problem(id, ['saml', ...path], message);

export const samlProviderChecks: readonly CatalogueCheck[] = [
  {
    name: 'samlProvider.connector',
    clause: 'house: a connector has its own settings and no other’s',
    *test({ snapshot }) {
      for (const { id, connector, saml, samlMembers, populations } of snapshot.providers.values()) {
        if (samlMembers !== undefined && connector !== 'saml')
          yield problem(id, ['samlMembers'], `connector ${connector} has none`);
        if (samlMembers !== undefined && saml !== undefined)
          yield inSaml(id, [], 'it is for one provider, and samlMembers for all of a source: write one of the two');
        if (connector === 'saml' && saml === undefined && samlMembers === undefined)
          yield inSaml(id, [], 'connector saml needs it');
        if (connector !== 'saml' && saml !== undefined) yield inSaml(id, [], `connector ${connector} has none`);
        if (connector !== 'saml') continue;
        if (populations.length > 0)
          yield problem(id, ['populations'], 'a SAML provider has no certificate populations');
        if (!plainId.test(id))
          yield problem(id, ['id'], 'the id of a SAML provider has 1 to 51 small letters, digits and . _ -');
      }
    },
  },
  {
    name: 'samlProvider.entityId',
    clause: 'SAML Core 8.3.6: it names one',
    *test({ snapshot }) {
      const all = withSaml(snapshot);
      for (const { id, saml } of all) {
        const same = all.filter((other) => other.saml.entityId === saml.entityId);
        if (same.length > 1)
          yield inSaml(id, ['entityId'], `${same.map((other) => other.id).join(' and ')} have the same entity ID`);
      }
    },
  },
  {
    name: 'samlProvider.metadata',
    clause: 'K1: what is there twice is believed once',
    *test(facts) {
      for (const { id, saml } of withSaml(facts.snapshot)) {
        const { metadata, singleSignOn, singleLogout, artifactResolution = [], keys } = saml;
        yield* metadataProblems(metadata, 'idp', facts, (message) => inSaml(id, ['metadata', 'source'], message));
        if (metadata === undefined) continue;
        for (const [member, list] of Object.entries({ singleSignOn, singleLogout, artifactResolution, ...keys }))
          if (list.length > 0) yield inSaml(id, [member in keys ? 'keys' : member], fromMetadata);
      }
    },
  },
  {
    name: 'samlProvider.members',
    clause: 'K3: who is let in by a list is tied to a member of its federation',
    *test(facts) {
      for (const { id, samlMembers } of facts.snapshot.providers.values()) {
        if (samlMembers === undefined) continue;
        const say = (member: string, message: string) => problem(id, ['samlMembers', member], message);
        yield* metadataProblems(samlMembers, 'idp', facts, (message) => say('source', message));
        const source = facts.snapshot.metadataSources.get(samlMembers.source);
        if (source !== undefined && source.federation === undefined)
          yield say('source', `metadata source ${source.id} speaks for no federation`);
        if (source !== undefined && 'mdq' in source.from)
          yield say('source', `metadata source ${source.id} is asked for one entity at a time and lists none`);
        if (changeableAttributes.has(samlMembers.subjectAttribute ?? ''))
          yield say('subjectAttribute', `${samlMembers.subjectAttribute} names nobody for good`);
        if (id.length > longestMembersId)
          yield problem(id, ['id'], `with samlMembers it has at most ${longestMembersId} letters`);
      }
    },
  },
  {
    name: 'samlProvider.endpoints',
    clause: 'O1; SAML Profiles 4.1.3.3, 4.4.3: by the browser, over TLS',
    *test({ snapshot }) {
      for (const { id, saml } of withSaml(snapshot)) {
        const found = [
          ...endpointProblems(saml.singleSignOn, ['singleSignOn'], ['redirect', 'post']),
          ...endpointProblems(saml.singleLogout, ['singleLogout'], ['redirect', 'post', 'soap']),
        ];
        for (const { path, message } of found) yield inSaml(id, path, message);
        if (saml.metadata !== undefined) continue;
        if (saml.singleSignOn.length === 0)
          yield inSaml(id, ['singleSignOn'], 'say where people log in, or from which metadata that is read');
        if (saml.passLogout && saml.singleLogout.every(({ binding }) => binding === 'soap'))
          yield inSaml(id, ['passLogout'], 'our logout goes on by redirect or post: give such a singleLogout');
      }
    },
  },
  {
    name: 'samlProvider.artifacts',
    clause: 'SAML Bindings 3.6: resolved by SOAP at a place that its index names',
    *test({ snapshot }) {
      for (const { id, saml } of withSaml(snapshot)) {
        const { artifactResolution: places = [], answerBinding } = saml;
        for (const { path, message } of endpointProblems(places, ['artifactResolution'], ['soap']))
          yield inSaml(id, path, message);
        for (const [at, { index }] of places.entries()) {
          if (index === undefined)
            yield inSaml(id, ['artifactResolution', at, 'index'], 'an artifact names the place by its index: write it');
        }
        if (saml.metadata === undefined && answerBinding === 'artifact' && places.length === 0)
          yield inSaml(id, ['artifactResolution'], 'answers come by artifact: say where they are resolved');
      }
    },
  },
  {
    name: 'samlProvider.keys',
    clause: 'S2: its keys come from here and from nowhere else; Sweden Connect deployment profile 8.1',
    *test({ snapshot }) {
      for (const { id, saml } of withSaml(snapshot)) {
        // Nothing is encrypted to a provider: whatever key it has for that, often an EC one, is its own affair.
        const signing = { ...saml.keys, encryption: [] };
        for (const { path, message } of keyProblems(signing, ['keys'])) yield inSaml(id, path, message);
        if (saml.keys.signing.length === 0 && saml.metadata === undefined)
          yield inSaml(id, ['keys', 'signing'], 'give the certificate that it signs with');
      }
    },
  },
  {
    name: 'samlProvider.namespaces',
    clause: 'A2: nobody asserts another’s people',
    *test({ snapshot }) {
      for (const { id, saml } of withSaml(snapshot)) {
        for (const [index, namespace] of saml.namespaces.entries()) {
          if (reserved.test(namespace))
            yield inSaml(id, ['namespaces', index], `${namespace} is not a provider's to assert`);
        }
        if (saml.organisation !== undefined && saml.namespaces.length > 0)
          yield inSaml(
            id,
            ['namespaces'],
            'the provider of one organisation asserts its own people alone: leave this out',
          );
        const preset = samlPresetOf(saml);
        const some = preset.subjects.some(({ namespace }) => saml.namespaces.includes(namespace));
        if (!some && preset.ownSubject === undefined)
          yield inSaml(
            id,
            ['namespaces'],
            `preset ${saml.preset} has no name of its own for a person: list one of these`,
          );
      }
    },
  },
  {
    name: 'samlProvider.subjectAttribute',
    clause: 'A1: people change, share and pass on such values',
    *test({ snapshot }) {
      for (const { id, saml } of withSaml(snapshot)) {
        if (changeableAttributes.has(saml.subjectAttribute ?? ''))
          yield inSaml(id, ['subjectAttribute'], `${saml.subjectAttribute} names nobody for good`);
      }
    },
  },
  {
    name: 'samlProvider.unsolicitedTo',
    clause: 'S12: to a place of our record, where a login can begin',
    *test({ snapshot: { applications, samlApplications, ...snapshot } }) {
      for (const { id, saml } of withSaml(snapshot)) {
        const { unsolicitedTo: to } = saml;
        if (to === undefined) continue;
        const application = applications.get(to);
        if (application === undefined) yield inSaml(id, ['unsolicitedTo'], `there is no application ${to}`);
        else if (application.homeUrl === undefined && samlApplications.get(to)?.unsolicited !== true)
          yield inSaml(
            id,
            ['unsolicitedTo'],
            `no login can begin for ${to}: it has no homeUrl, and is not unsolicited`,
          );
      }
    },
  },
  {
    name: 'samlProvider.organisation',
    clause: 'house: references exist',
    *test({ snapshot, organisations }) {
      for (const { id, saml } of withSaml(snapshot)) {
        if (saml.organisation !== undefined && organisations && !organisations.has(saml.organisation))
          yield inSaml(id, ['organisation'], `there is no organisation ${saml.organisation}`);
      }
    },
  },
];

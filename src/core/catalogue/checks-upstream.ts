// The checks on upstream providers: what goes with the connector, where they lie, and who may assert what (A1, A2).
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { changeableClaims, presetOf } from './provider-preset.ts';
import { isLoopback } from './redirect-uri.ts';
import type { Provider, Upstream } from './snapshot.ts';

/** An id that stands in a namespace and in a path as it is. */
export const plainId = /^[a-z0-9][a-z0-9._-]{0,50}$/;
/** Namespaces that belong to the hub or to one provider: no record may list them. */
export const reserved = /^(oidc:|saml:|ad:|hub-account$)/;

type WithUpstream = Provider & { readonly upstream: Upstream };
const hasUpstream = (provider: Provider): provider is WithUpstream => provider.upstream !== undefined;

const problem = (id: string, path: readonly (string | number)[], message: string): CatalogueProblem => ({
  kind: 'provider',
  id,
  path: path.length === 0 ? ['upstream'] : path,
  message,
});

export const upstreamChecks: readonly CatalogueCheck[] = [
  {
    name: 'provider.upstream',
    clause: 'house: a connector has its own settings and no other’s',
    *test({ snapshot }) {
      for (const { id, connector, upstream, populations } of snapshot.providers.values()) {
        if (connector === 'oidc' && upstream === undefined) yield problem(id, [], 'connector oidc needs it');
        if (connector !== 'oidc' && upstream !== undefined) yield problem(id, [], `connector ${connector} has none`);
        if (connector !== 'oidc') continue;
        if (populations.length > 0)
          yield problem(id, ['populations'], 'an OpenID provider has no certificate populations');
        if (!plainId.test(id))
          yield problem(id, ['id'], 'the id of an OpenID provider has 1 to 51 small letters, digits and . _ -');
      }
    },
  },
  {
    name: 'provider.issuer',
    clause: 'OIDC Discovery 3; O10: asked over TLS, and never ourselves',
    *test({ snapshot }) {
      const own = new Set([...snapshot.issuers.values()].map(({ url }) => url));
      for (const { id, upstream } of [...snapshot.providers.values()].filter(hasUpstream)) {
        const path = ['upstream', 'issuer'];
        const url = URL.canParse(upstream.issuer) ? new URL(upstream.issuer) : undefined;
        if (!url || url.username || url.password) yield problem(id, path, 'this is no address');
        else if (url.protocol === 'http:' && !(isLoopback(upstream.issuer) && upstream.privateNetwork))
          yield problem(id, path, 'write https; http is for a private network on this machine alone');
        if (own.has(upstream.issuer.replace(/\/$/, ''))) yield problem(id, path, 'this is our own issuer');
      }
    },
  },
  {
    name: 'provider.namespaces',
    clause: 'A2: nobody asserts another’s people',
    *test({ snapshot }) {
      for (const provider of [...snapshot.providers.values()].filter(hasUpstream)) {
        const { id, upstream } = provider;
        for (const [index, namespace] of upstream.namespaces.entries()) {
          if (reserved.test(namespace))
            yield problem(id, ['upstream', 'namespaces', index], `${namespace} is not a provider's to assert`);
        }
        if (upstream.organisation !== undefined && upstream.namespaces.length > 0)
          yield problem(
            id,
            ['upstream', 'namespaces'],
            'the provider of one organisation asserts its own people alone: leave this out',
          );
        const preset = presetOf(upstream);
        const some = preset.subjects.some(({ namespace }) => upstream.namespaces.includes(namespace));
        if (!some && preset.ownSubject === undefined)
          yield problem(
            id,
            ['upstream', 'namespaces'],
            `preset ${upstream.preset} asserts ${preset.subjects.map(({ namespace }) => namespace).join(', ')}: list one, or write a subjectClaim`,
          );
      }
    },
  },
  {
    name: 'provider.subjectClaim',
    clause: 'OIDC Core 5.7; A1: people change, share and pass on such values',
    *test({ snapshot }) {
      for (const { id, upstream } of [...snapshot.providers.values()].filter(hasUpstream)) {
        if (changeableClaims.includes(upstream.subjectClaim ?? ''))
          yield problem(id, ['upstream', 'subjectClaim'], `${upstream.subjectClaim} names nobody for good`);
      }
    },
  },
  {
    name: 'provider.organisation',
    clause: 'house: references exist',
    *test({ snapshot, organisations }) {
      for (const { id, upstream } of [...snapshot.providers.values()].filter(hasUpstream)) {
        const { organisation } = upstream;
        if (organisation !== undefined && organisations && !organisations.has(organisation))
          yield problem(id, ['upstream', 'organisation'], `there is no organisation ${organisation}`);
      }
    },
  },
];

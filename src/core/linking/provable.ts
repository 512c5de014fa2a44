// Which identities somebody can log in with now, and by which providers: what the last login is, and what a list names.
import { domainNamespace } from '../catalogue/password-domain.ts';
import { assertedNamespaces, ownNamespace, presetOf } from '../catalogue/provider-preset.ts';
import { samlPresetOf } from '../catalogue/saml-provider-preset.ts';
import type { CatalogueSnapshot, Provider } from '../catalogue/snapshot.ts';
import { accountNamespace } from '../directory/identity.ts';

/** Namespaces that evidence of this provider can carry. */
export function namespacesOf(provider: Provider, { populations }: CatalogueSnapshot): readonly string[] {
  const { upstream, saml, domain } = provider;
  if (provider.connector === 'password') return [accountNamespace];
  if (domain !== undefined) {
    const named = [...(domain.subject === undefined ? [] : [domain.subject]), ...domain.alternates];
    return [...named.map(({ namespace }) => namespace), domainNamespace(provider.id)];
  }
  const preset = upstream === undefined ? saml && samlPresetOf(saml) : presetOf(upstream);
  if (preset === undefined) {
    return provider.populations.flatMap(
      (id) => populations.get(id)?.identifiers.map(({ namespace }) => namespace) ?? [],
    );
  }
  const own = preset.ownSubject === undefined ? [] : [ownNamespace(provider)];
  const allowed = assertedNamespaces(provider);
  return [...preset.subjects.map(({ namespace }) => namespace).filter((one) => allowed.includes(one)), ...own];
}

/** The providers that can prove each namespace, in the order to show them. */
export function provableNamespaces(snapshot: CatalogueSnapshot): ReadonlyMap<string, readonly Provider[]> {
  const found = new Map<string, readonly Provider[]>();
  const inOrder = [...snapshot.providers.values()].sort((a, b) => a.order - b.order);
  for (const provider of inOrder) {
    for (const namespace of new Set(namespacesOf(provider, snapshot))) {
      found.set(namespace, [...(found.get(namespace) ?? []), provider]);
    }
  }
  return found;
}

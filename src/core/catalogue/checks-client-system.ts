// The checks on client systems: whom they refer to, and that whatever is made by their template would hold as an application.
import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import { applicationChecks } from './checks-application.ts';
import { applicationByTemplate, type ClientSystem } from './client-system.ts';
import { redirectUriFault, uriFaultTexts } from './redirect-uri.ts';

function each(
  name: string,
  clause: string,
  test: (
    system: ClientSystem,
    say: (path: CatalogueProblem['path'], message: string) => CatalogueProblem,
    facts: CheckFacts,
  ) => Iterable<CatalogueProblem>,
): CatalogueCheck {
  return {
    name,
    clause,
    *test(facts) {
      for (const system of facts.snapshot.clientSystems.values())
        yield* test(system, (path, message) => ({ kind: 'clientSystem', id: system.id, path, message }), facts);
    },
  };
}

export const clientSystemChecks: readonly CatalogueCheck[] = [
  each(
    'clientSystem.references',
    'house: found by configured id',
    function* (system, say, { snapshot, organisations }) {
      if (!snapshot.issuers.has(system.issuer)) yield say(['issuer'], `there is no issuer ${system.issuer}`);
      if (organisations && !organisations.has(system.supplier))
        yield say(['supplier'], `there is no organisation ${system.supplier}`);
    },
  ),
  each('clientSystem.template', 'an application made by it must hold', function* (system, say, { snapshot }) {
    const { template, issuer } = system;
    if (!snapshot.issuers.has(issuer)) return;
    const asMuchAsPossible = applicationByTemplate(
      system,
      { ...template, id: system.id, name: system.name, children: [], keys: [] },
      snapshot.apis,
    );
    // The APIs as written: one without a wanted scope is left out of the application, and still has to exist.
    const made = { ...asMuchAsPossible, apis: template.apis };
    const alone = { ...snapshot, clients: new Map([[made.id, made]]) };
    for (const { path, message } of applicationChecks.flatMap(({ test }) => [...test({ snapshot: alone })])) {
      yield say(['template', ...path], message);
    }
  }),
  each('clientSystem.returnUris', 'O1; RFC 9700 4.11', function* (system, say) {
    for (const [index, uri] of system.returnUris.entries()) {
      // Only a browser of the person goes there, after the decision: a loopback address is a program of their own.
      const fault = redirectUriFault(uri, 'helseid');
      if (fault) yield say(['returnUris', index], `${uri}: ${uriFaultTexts[fault]}`);
    }
  }),
  each('clientSystem.oneKeyEach', 'a key names one system', function* (system, say, { snapshot }) {
    for (const other of snapshot.clientSystems.values()) {
      if (other.id === system.id) continue;
      const index = system.apiKeyHashes.findIndex((hash) => other.apiKeyHashes.includes(hash));
      if (index >= 0) yield say(['apiKeyHashes', index], `${other.id} has the same key: make one of its own`);
    }
  }),
];

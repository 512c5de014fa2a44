// Every list of checks in the tree is held against cases that each turn when a check is left out; none may be added without.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { oidcChecks } from '../../src/edge/frontends/oidc/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (pattern: string) =>
  globSync(pattern, { cwd: root }).map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));
const tests = read('{src,test}/**/*.test.ts');
const sources = read('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'));

describe('no list of checks goes untested', () => {
  for (const list of Object.keys(oidcChecks)) {
    test(`oidc ${list} is described by cases in exactly one place`, () => {
      const call = new RegExp(`describeChecks\\(\\s*'${list}'`);
      assert.equal(tests.filter(({ text }) => call.test(text)).length, 1);
    });
  }

  /** Lists that are no part of `oidcChecks`, and the test that drops each of their checks in turn. */
  const elsewhere: Readonly<Record<string, { readonly test: string; readonly drops: RegExp }>> = {
    personWriteChecks: { test: 'src/core/directory/reach.test.ts', drops: /personWriteChecks\.filter\(/ },
    dpopChecks: { test: 'src/base/jose/dpop.test.ts', drops: /dpopChecks\.filter\(/ },
    requestObjectChecks: { test: 'src/base/jose/request-object.test.ts', drops: /requestObjectChecks\.filter\(/ },
    signatureChecks: { test: 'src/base/xml/verify-signature.test.ts', drops: /signatureChecks\.filter\(/ },
    clientAssertionChecks: { test: 'src/base/jose/client-assertion.test.ts', drops: /clientAssertionChecks\.filter\(/ },
    securityChecks: { test: 'src/core/policy/decide.test.ts', drops: /securityChecks\.filter\(/ },
    certificateChecks: { test: 'src/core/trust/corpus.test.ts', drops: /certificateChecks\.filter\(/ },
    crlChecks: { test: 'src/core/trust/pkix/crl-status.test.ts', drops: /crlChecks\.filter\(/ },
    deltaChecks: { test: 'src/core/trust/pkix/crl-status.test.ts', drops: /deltaChecks\.filter\(/ },
    ocspChecks: { test: 'src/core/trust/pkix/ocsp-status.test.ts', drops: /ocspChecks\.filter\(/ },
    // Lists of a path, each dropped from by name.
    ...Object.fromEntries(
      ['pathChecks', 'usageChecks', 'personChecks', 'profileChecks', 'statusChecks'].map((list) => [
        list,
        { test: 'src/core/trust/pkix/checks.test.ts', drops: new RegExp(`lists = .*\\b${list}\\b[^]*\\[name\\]`) },
      ]),
    ),
    applicationChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    itemChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    apiChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    metadataSourceChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    ruleChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    originChecks: { test: 'src/core/issuing/ticket-check.test.ts', drops: /ticketChecks\.filter\(/ },
    validityChecks: { test: 'src/core/issuing/ticket-check.test.ts', drops: /ticketChecks\.filter\(/ },
    additionChecks: { test: 'src/core/linking/add-identity.test.ts', drops: /additionChecks\.filter\(/ },
    wayInChecks: { test: 'src/core/linking/enrol.test.ts', drops: /wayInChecks\.filter\(/ },
    confirmChecks: { test: 'src/core/linking/enrol.test.ts', drops: /confirmChecks\.filter\(/ },
    fedPeopleChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    assignmentConflictChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    enrolmentChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    mergeChecks: { test: 'src/core/directory/merge.test.ts', drops: /[^n]mergeChecks\.filter\(/ },
    unmergeChecks: { test: 'src/core/directory/merge.test.ts', drops: /unmergeChecks\.filter\(/ },
    removalChecks: { test: 'src/core/linking/remove-identity.test.ts', drops: /removalChecks\.filter\(/ },
    upstreamChecks: { test: 'src/core/catalogue/checks-upstream.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    carrierChecks: { test: 'src/core/context/carrier.test.ts', drops: /carrierChecks\.filter\(/ },
    togetherChecks: { test: 'src/core/context/corpus.test.ts', drops: /togetherChecks\.filter\(/ },
    // Lists of detail types, dropped from by way of the registry.
    ...Object.fromEntries(
      ['organisationChecks', 'journalChecks', 'attestChecks'].map((list) => [
        list,
        { test: 'src/core/context/corpus.test.ts', drops: /\(\{ checks \}\) => checks\.filter\(/ },
      ]),
    ),
    samlApplicationChecks: {
      test: 'src/core/catalogue/checks-saml-application.test.ts',
      drops: /checkCatalogue\([^[]*\[check\]\)/,
    },
    // Lists of the SAML frontend, dropped from by the tables of its two tests.
    ...Object.fromEntries(
      ['answerChecks', 'requestContentChecks'].map((list) => [
        list,
        { test: 'src/edge/frontends/saml/request-checks.test.ts', drops: /samlChecks\[list\][^;]*\.filter\(/ },
      ]),
    ),
    keptAnswerChecks: { test: 'src/edge/frontends/saml/artifact.test.ts', drops: /samlChecks\[list\][^;]*\.filter\(/ },
    samlProviderChecks: {
      test: 'src/core/catalogue/checks-saml-provider.test.ts',
      drops: /checkCatalogue\([^[]*\[check\]\)/,
    },
    personChecks: { test: 'src/edge/connectors/saml/checks.test.ts', drops: /personChecks\.filter\(/ },
    memberChecks: { test: 'src/core/metadata/member-providers.test.ts', drops: /memberChecks\.filter\(/ },
    reportChecks: { test: 'src/core/audit/usage/usage.test.ts', drops: /reportChecks\.filter\(/ },
    issuedChecks: { test: 'src/core/ordering/outside-issuer.test.ts', drops: /issuedChecks\.filter\(/ },
    cmpChecks: { test: 'src/edge/issuers/cmp/cmp-issuer.test.ts', drops: /cmpChecks\.filter\(/ },
    renewalChecks: { test: 'src/core/ordering/renewal-job.test.ts', drops: /renewalChecks\.filter\(/ },
    mendChecks: { test: 'src/core/provisioning/drift.test.ts', drops: /mendChecks\.filter\(/ },
    brakeChecks: { test: 'src/core/brake/decide.test.ts', drops: /brakeChecks\.filter\(/ },
    // Those of a new key begin with those of every key.
    ...Object.fromEntries(
      ['keyFactChecks', 'newKeyFactChecks'].map((list) => [
        list,
        { test: 'src/edge/keys/ca/pkcs11/key-facts.test.ts', drops: /newKeyFactChecks\.filter\(/ },
      ]),
    ),
    orderingChecks: { test: 'src/core/ordering/decide.test.ts', drops: /orderingChecks\.filter\(/ },
    deviceChecks: { test: 'src/core/ordering/derived/derived.test.ts', drops: /deviceChecks\.filter\(/ },
    derivedStandingChecks: {
      test: 'src/core/ordering/derived/derived.test.ts',
      drops: /derivedStandingChecks\.filter\(/,
    },
    methodCutoffChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    certificateIssuerChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    accountActionChecks: { test: 'src/core/provisioning/administer.test.ts', drops: /accountActionChecks\.filter\(/ },
    preconditionChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    accountChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    // What may be typed and how an account stands, each dropped by its name.
    ...Object.fromEntries(
      ['typedChecks', 'standingChecks'].map((list) => [
        list,
        {
          test: 'src/edge/connectors/directory-password/connector.test.ts',
          drops: new RegExp(`list\\.filter\\([^]*kept\\(${list}\\)`),
        },
      ]),
    ),
    passwordDomainChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    sourceChecks: { test: 'src/core/directory/source-rules.test.ts', drops: /sourceChecks\.filter\(/ },
    personSourceChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    cardProfileChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    derivedRuleChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    federationChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    administrationChecks: {
      test: 'src/core/directory/administration.test.ts',
      drops: /administrationChecks\.filter\(/,
    },
    clientSystemChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
    // Lists of SAML messages, each dropped from by the one table of the corpus.
    ...Object.fromEntries(
      [
        'openingChecks',
        'responseChecks',
        'assertionChecks',
        'authnRequestChecks',
        'logoutRequestChecks',
        'logoutResponseChecks',
        'artifactChecks',
        'artifactResolveChecks',
        'artifactResponseChecks',
        'metadataChecks',
      ].map((list) => [
        list,
        { test: 'src/base/saml/corpus.test.ts', drops: new RegExp(`: ${list},[^]*readonly .*\\.filter\\(\\(check\\)`) },
      ]),
    ),
    issueChecks: { test: 'src/core/authority/issue-checks.test.ts', drops: /issueChecks\.filter\(/ },
    lintChecks: { test: 'src/core/authority/lint.test.ts', drops: /lintChecks\.filter\(/ },
    stateChecks: { test: 'src/core/authority/state.test.ts', drops: /stateChecks\.filter\(/ },
    ...Object.fromEntries(
      ['permitChecks', 'renewalChecks'].map((list) => [
        list,
        {
          test: 'src/core/authority/enrol-checks.test.ts',
          drops: new RegExp(`checks\\.filter\\([^]*eachAlone\\(${list}`),
        },
      ]),
    ),
    callerChecks: { test: 'src/edge/ca-web/issue-api/callers.test.ts', drops: /callerChecks\.filter\(/ },
    documentChecks: { test: 'src/core/metadata/document-checks.test.ts', drops: /documentChecks\.filter\(/ },
    admissionChecks: { test: 'src/core/metadata/document-checks.test.ts', drops: /admissionChecks\.filter\(/ },
    weakeningChecks: { test: 'src/core/metadata/changes.test.ts', drops: /weakeningChecks\.filter\(/ },
    catalogueChecks: { test: 'src/core/catalogue/compile.test.ts', drops: /checkCatalogue\([^[]*\[check\]\)/ },
  };
  const inOidc = new Set(
    Object.values(oidcChecks).flatMap((list: readonly { readonly name: string }[]) => list.map(({ name }) => name)),
  );

  for (const { path, text } of sources) {
    for (const [, name = ''] of text.matchAll(/export const (\w+Checks)\b[^=]*=\s*\[/g)) {
      test(`${name} of ${path}`, () => {
        const named = elsewhere[name];
        if (named !== undefined) {
          const found = tests.find((each) => each.path === named.test);
          assert.match(found?.text ?? '', named.drops);
          return;
        }
        const first = /name: '([^']+)'/.exec(text.slice(text.indexOf(`export const ${name}`)))?.[1] ?? '';
        assert.ok(inOidc.has(first), `${name} is in no list that a test drops from`);
      });
    }
  }
});

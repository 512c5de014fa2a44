// Populations of look-alike cards, as an operator writes them: a preset of the hub, with the anchors and issuers of a test.
import type { LocalizedText } from '../../../wire/codes/index.ts';
import { crlUrl, type TestPki } from './pki.ts';
import { type AuthorityName, authorityPlans, type CardAuthorityName } from './plan.ts';
import { hostAndPort } from './populations.ts';

/** A catalogue record with a preset; what it leaves out the preset says. */
export interface LookAlikePopulation {
  readonly id: string;
  readonly preset: string;
  readonly name: LocalizedText;
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
  readonly issuers: readonly string[];
  readonly revocation: {
    readonly overrides: Readonly<Record<string, string>>;
    readonly allowedHosts: readonly string[];
  };
}

export const lookAlikes: readonly {
  readonly preset: string;
  readonly authority: CardAuthorityName;
  readonly root: AuthorityName;
}[] = [
  { preset: 'siths-hsa-id-3', authority: 'hsa-id-3', root: 'eid-root' },
  { preset: 'siths-hsa-id-2', authority: 'hsa-id-2', root: 'eid-root' },
  { preset: 'siths-person-id-3', authority: 'person-id-3', root: 'eid-root' },
  { preset: 'siths-mobile', authority: 'person-id-mobile', root: 'eid-root' },
  { preset: 'siths-function', authority: 'function', root: 'eid-root' },
  { preset: 'siths-type-1', authority: 'person-type-1', root: 'eid-root' },
  { preset: 'buypass-person', authority: 'fjordpass-person', root: 'outside-root' },
  { preset: 'buypass-business', authority: 'fjordpass-business', root: 'outside-root' },
  { preset: 'commfides-person', authority: 'polar-person', root: 'polar-root' },
];

/** One population for each preset that has a look-alike; `crlBaseUrl` as in `testPopulations`. */
export function lookAlikePopulations(
  pki: TestPki,
  crlBaseUrl: string = pki.crlBaseUrl,
): readonly LookAlikePopulation[] {
  const overrides = Object.fromEntries(
    crlBaseUrl === pki.crlBaseUrl
      ? []
      : authorityPlans.map(({ name }) => [crlUrl(pki.crlBaseUrl, name), crlUrl(crlBaseUrl, name)]),
  );
  return lookAlikes.map(({ preset, authority, root }) => {
    const [commonName = authority] = pki.authorities[authority].plan.subject.flatMap(([oid, value]) =>
      oid === '2.5.4.3' && typeof value === 'string' ? [value] : [],
    );
    return {
      id: authority,
      preset,
      // Its own name: nothing of a test is called by a real issuer's.
      name: { en: commonName, sv: commonName, nb: commonName, nn: commonName, nl: commonName },
      anchors: [pki.authorities[root].pem],
      intermediates: [pki.authorities[authority].pem],
      issuers: [commonName],
      revocation: { overrides, allowedHosts: [hostAndPort(new URL(crlBaseUrl))] },
    };
  });
}

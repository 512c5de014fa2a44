// A hub that takes drafts of clients: one system of a supplier, one organisation that is a member, and what a program sends.
import { tokenHash } from '../../src/base/ids.ts';
import { publishedJwk } from '../../src/base/jose/index.ts';
import type { ClientSystem } from '../../src/core/catalogue/index.ts';
import type { Organisation } from '../../src/core/directory/index.ts';
import type { OidcPorts } from '../../src/edge/frontends/oidc/index.ts';
import { ContextRegisters } from './context-registers.ts';
import { type Answer, parsed } from './oidc-client.ts';
import { issuerUrl, keyOf, type OidcHub } from './oidc-hub.ts';

export const apiKey = 'k'.repeat(43);

export const practice: ClientSystem = {
  id: 'practice',
  name: { en: 'Practice', nb: 'Praksis' },
  supplier: 'supplier',
  issuer: 'hub',
  apiKeyHashes: [tokenHash(apiKey)],
  closed: false,
  template: {
    profile: 'helseid',
    grants: ['authorization_code', 'refresh_token'],
    apis: ['journal', 'lab'],
    scopes: ['openid', 'profile', 'journal/read', 'lab/order'],
    redirectUris: ['http://localhost/cb', 'https://practice.example/cb'],
    postLogoutRedirectUris: ['http://localhost/bye'],
    minimumAssurance: 'substantial',
  },
  returnUris: ['http://localhost/confirmed'],
};

const organisation = (id: string, number: string, closed = false): Organisation => ({ id, name: id, number, closed });
const organisations = [
  organisation('fjord', '200000007'),
  organisation('not-a-member', '200000058'),
  organisation('shut-in-the-register', '200000066'),
  organisation('without-terms', '200000082'),
  organisation('shut', '200000023', true),
];

/** Lets the hub take drafts; answers what a test may turn. */
export function takingDrafts(hub: OidcHub, change: Partial<ClientSystem> = {}): ContextRegisters {
  const registers = new ContextRegisters(() => hub.now);
  hub.changeApi('journal', { requiresTerms: true });
  const other = { ...practice, id: 'other', apiKeyHashes: [tokenHash('other')], issuer: 'second' };
  const closed = { ...practice, id: 'closed', apiKeyHashes: [tokenHash('closed')], closed: true };
  const systems = [{ ...practice, ...change }, other, closed].map((each) => [each.id, each] as const);
  hub.catalogue = { ...hub.catalogue, clientSystems: new Map(systems) };
  const { drafts } = hub.store;
  const more: Pick<OidcPorts, 'drafts' | 'registers'> = {
    registers: { ...registers, holder: async () => undefined },
    drafts: {
      draftOfKey: async (thumbprint) => drafts.get(thumbprint),
      waiting: async (system, organisation) =>
        [...drafts.values()].filter((each) => each.system === system && each.organisation === organisation).length,
      organisationByNumber: async (number) => organisations.find((each) => each.number === number),
      confirmationUrl: (id) => `https://hub.example/confirm-client/${id}`,
    },
  };
  Object.assign(hub.ports, more);
  return registers;
}

export const jwkOf = (name: string, alg: Parameters<typeof keyOf>[1] = 'ES256') => ({
  ...publishedJwk(keyOf(name, alg)),
});

/** What a program sends, whole. */
export const draftBody = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  organizationNumber: '200000007',
  publicJwk: JSON.stringify(jwkOf('new')),
  apiScopes: ['nhn:selvbetjening/client', 'journal/read'],
  audienceSpecificClientClaims: null,
  redirectUris: ['http://localhost:1337/cb'],
  postLogoutRedirectUris: null,
  childOrganizationNumbers: ['200000015'],
  postClientConfirmationRedirectUri: 'http://localhost:1337/confirmed',
  ...change,
});

export async function sendDraft(
  hub: OidcHub,
  change: Readonly<Record<string, unknown>> = {},
  sent: { readonly key?: string | readonly string[] | undefined; readonly text?: string; readonly type?: string } = {},
): Promise<Answer> {
  const key = 'key' in sent ? sent.key : apiKey;
  return parsed(
    await hub.call('POST', `${issuerUrl}/client-drafts`, {
      body: sent.text ?? JSON.stringify(draftBody(change)),
      contentType: sent.type ?? 'application/json',
      headers: { 'api-key': key },
    }),
  );
}

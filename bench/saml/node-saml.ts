// @node-saml/node-saml as a service provider that wants both signatures; it makes no answers.
import type { Parties } from './parties.ts';
import { nodeSamlLibrary } from './peers.ts';
import type { Side } from './side.ts';

const { SAML, ValidateInResponseTo } = nodeSamlLibrary;

export function nodeSaml({ provider, service }: Parties): Side {
  const requests = new Map<string, string>();
  const saml = new SAML({
    idpCert: provider.certificate,
    idpIssuer: provider.entityId,
    issuer: service.entityId,
    audience: service.entityId,
    callbackUrl: service.url,
    entryPoint: provider.url,
    decryptionPvk: service.privateKey,
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    cacheProvider: {
      saveAsync: async (key: string, value: string) => {
        requests.set(key, value);
        return { value, createdAt: Date.now() };
      },
      getAsync: async (key: string) => requests.get(key) ?? null,
      removeAsync: async (key: string | null) => (key !== null && requests.delete(key) ? key : null),
    },
  });
  return {
    believe: async ({ requestId, response }) => {
      requests.set(requestId, new Date().toISOString());
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
      if (profile === null) throw new Error('nobody in the answer');
      return profile.nameID;
    },
  };
}

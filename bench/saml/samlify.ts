// samlify as identity provider and as service provider; what it leaves out of the work of the others is asked of it by hand.
import type { Parties } from './parties.ts';
import { samlifyLibrary } from './peers.ts';
import { assertionValues, responseTemplate } from './samlify-template.ts';
import type { Side } from './side.ts';

const { Constants, IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } = samlifyLibrary;
const { algorithms, namespace } = Constants;
const requestSignatureAlgorithm = algorithms.signature.RSA_SHA256;

export function samlify({ provider, service }: Parties): Side {
  // A validator of schemas is another package's; without one samlify refuses all.
  setSchemaValidator({ validate: async () => 'not looked at' });
  const idp = IdentityProvider({
    entityID: provider.entityId,
    signingCert: provider.certificate,
    privateKey: provider.privateKey,
    requestSignatureAlgorithm,
    wantAuthnRequestsSigned: true,
    isAssertionEncrypted: true,
    dataEncryptionAlgorithm: algorithms.encryption.data.AES_128_GCM,
    keyEncryptionAlgorithm: algorithms.encryption.key.RSA_OAEP_MGF1P,
    nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
    singleSignOnService: [{ Binding: namespace.binding.redirect, Location: provider.url }],
    // Without a place for logouts it complains on the console.
    singleLogoutService: [{ Binding: namespace.binding.redirect, Location: provider.url }],
    loginResponseTemplate: { context: responseTemplate, attributes: [] },
  });
  const sp = ServiceProvider({
    entityID: service.entityId,
    signingCert: service.certificate,
    encryptCert: service.certificate,
    privateKey: service.privateKey,
    encPrivateKey: service.privateKey,
    requestSignatureAlgorithm,
    authnRequestsSigned: true,
    wantAssertionsSigned: true,
    wantMessageSigned: true,
    assertionConsumerService: [{ Binding: namespace.binding.post, Location: service.url }],
  });
  return {
    answer: async (query) => {
      const octetString = query.slice(0, query.indexOf('&Signature='));
      const request = { query: Object.fromEntries(new URLSearchParams(query)), octetString };
      const asked = await idp.parseLoginRequest(sp, 'redirect', request);
      const requestId = String(asked.extract.request?.id);
      const now = Date.now();
      const made = await idp.createLoginResponse(
        sp,
        asked,
        'post',
        {},
        {
          encryptThenSign: true,
          customTagReplacement: (template) => {
            const values = assertionValues({ provider, service }, requestId, now);
            return { id: values.ID, context: SamlLib.replaceTagsByValue(template, values) };
          },
        },
      );
      return made.context;
    },
    believe: async ({ requestId, response }) => {
      const { extract, samlContent } = await sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: response } });
      // It stops at the first signature that holds: the one of the Response. The assertion's own is looked at here.
      const assertion = /<(\w+:)?Assertion[\s>].*<\/\1Assertion>/s.exec(samlContent)?.[0] ?? '';
      const wrapped = `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol">${assertion}</p:Response>`;
      const [verified] = SamlLib.verifySignature(wrapped, {
        metadata: idp.entityMeta,
        signatureAlgorithm: requestSignatureAlgorithm,
      });
      if (!verified) throw new Error('the assertion’s own signature');
      if (extract.audience !== service.entityId) throw new Error(`for another audience: ${extract.audience}`);
      if (extract.response?.inResponseTo !== requestId) throw new Error('to another request');
      if (extract.response.destination !== service.url) throw new Error('to another place');
      return extract.nameID ?? '';
    },
  };
}

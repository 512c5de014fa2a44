// Writes a signed aggregate of so many entities to a file, each as large as those of real federations; prints its certificate.
import { writeFileSync } from 'node:fs';
import { bindings } from '../src/base/saml/index.ts';
import { key, sampleCertificates, sampleEntity, sampleIdp } from '../src/core/metadata/sample-entity.ts';
import { metadataText, testSigner } from '../test/fakes/metadata-documents.ts';

const [file = '', count = '10000', created = ''] = process.argv.slice(2);
const signer = testSigner();
const { rsa2048, rsa3072 } = sampleCertificates;
const both = (text: string) => ['sv', 'en'].map((language) => ({ language, text: `${text} ${language}` }));

const entities = Array.from({ length: Number(count) }, (_, n) => {
  const host = `https://idp${n}.kommun${n % 290}.example`;
  return sampleEntity({
    entityId: `${host}/saml/metadata`,
    idp: sampleIdp({
      keys: [key('signing', rsa3072), key('encryption', rsa2048)],
      singleSignOn: [bindings.redirect, bindings.post].map((binding) => ({
        binding,
        location: `${host}/sso/${binding}`,
      })),
      singleLogout: [bindings.redirect].map((binding) => ({ binding, location: `${host}/slo` })),
      uiInfo: {
        displayNames: both(`Kommun ${n % 290} enhet ${n}`),
        descriptions: both(`Inloggning för anställda i kommun ${n % 290}, enhet ${n}. `.repeat(3)),
        informationUrls: both(`${host}/om`),
        privacyStatementUrls: both(`${host}/integritet`),
        keywords: [],
        logos: [{ url: `${host}/logo.png`, width: 200, height: 100 }],
      },
    }),
    organization: { names: both(`Organisation ${n}`), displayNames: both(`Organisation ${n}`), urls: both(host) },
    contacts: (['technical', 'support'] as const).map((type) => ({
      type,
      givenName: 'Support',
      emails: [`${type}@kommun${n % 290}.example`],
      telephones: [],
    })),
  });
});
const now = created === '' ? Date.now() : Number(created);
const text = await metadataText({ entities, createdAt: now, validUntil: now + 7 * 86_400_000, signer });
writeFileSync(file, text);
process.stdout.write(JSON.stringify({ bytes: Buffer.byteLength(text), certificate: signer.pem }));

// Writes the SAML corpus of the tests: one JSON file a case, named by its fault, with the instant it is judged at.
import { createPublicKey } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindings } from '../../src/base/saml/index.ts';
import { spoiltAnswers } from './answers.ts';
import { spoiltArtifacts, validArtifacts } from './artifacts.ts';
import { encryptedAnswers } from './encrypted.ts';
import { forgedDocuments } from './forged-xml.ts';
import {
  acsUrl,
  applicationAcs,
  applicationId,
  artifactRequestId,
  artifactUrl,
  type Case,
  curve,
  keys,
  now,
  ownEntityId,
  providerId,
  requestAt,
  requestId,
  sloUrl,
  ssoUrl,
} from './ground.ts';
import { spoiltLogouts } from './logouts.ts';
import { spoiltMetadata } from './metadata.ts';
import { spoiltRequests } from './requests.ts';
import { validMessages } from './valid.ts';
import { wrappedAnswers } from './wrapping.ts';

const folder = process.argv[2] ?? join('test', 'corpus');
const pem = (key: (typeof keys)['provider']['privateKey']): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

function write(kind: 'valid' | 'invalid', cases: Readonly<Record<string, Case>>): number {
  const target = join(folder, kind, 'saml');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, { at = now, ...given }] of Object.entries(cases)) {
    const file = { at: new Date(at).toISOString(), ...given };
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify(file, undefined, 1)}\n`);
  }
  return Object.keys(cases).length;
}

const valid = write('valid', { ...validMessages, ...validArtifacts });
const invalid = write('invalid', {
  ...spoiltAnswers,
  ...wrappedAnswers,
  ...forgedDocuments,
  ...encryptedAnswers,
  ...spoiltRequests,
  ...spoiltLogouts,
  ...spoiltArtifacts,
  ...spoiltMetadata,
});
const common = {
  ownEntityId,
  acsUrl,
  ssoUrl,
  sloUrl,
  artifactUrl,
  provider: {
    entityId: providerId,
    keys: [pem(keys.provider.privateKey), pem(curve.privateKey)],
    artifactEndpoints: [0, 3],
  },
  application: {
    entityId: applicationId,
    keys: [pem(keys.application.privateKey)],
    assertionConsumer: [
      { binding: bindings.post, location: applicationAcs, index: 0, isDefault: true },
      { binding: bindings.post, location: `${applicationAcs}2`, index: 1 },
      { binding: bindings.artifact, location: 'https://app.example/saml/artifact', index: 2 },
    ],
    attributeConsuming: [0],
  },
  federation: { keys: [pem(keys.application.privateKey)] },
  decryption: [keys.ours.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  request: { id: requestId, at: new Date(requestAt).toISOString(), forceAuthn: false },
  logoutRequestId: '_logout0',
  artifactRequestId,
  ownArtifactEndpoints: [0],
};
writeFileSync(join(folder, 'valid', 'saml', '_common.json'), `${JSON.stringify(common, undefined, 1)}\n`);
console.log(`${valid} valid, ${invalid} invalid`);

// What xmlsec1 and samlsign, who know nothing of us, say of a signature in a SAML message.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../folder.ts';

const signed = {
  Response: 'urn:oasis:names:tc:SAML:2.0:protocol:Response',
  Assertion: 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
  AuthnRequest: 'urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest',
  LogoutRequest: 'urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest',
  LogoutResponse: 'urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse',
  EntityDescriptor: 'urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor',
};

export interface Witnessed {
  readonly good: boolean;
  readonly said: string;
}

/**
 * Whether xmlsec1 verifies the signature that is a child of the (first) element of this name, by this certificate's key
 * and by no key in the message.
 */
export function xmlsec1Verifies(xml: string, element: keyof typeof signed, certificatePem: string): Witnessed {
  return witness(xml, certificatePem, (file, certificate) => [
    'xmlsec1',
    '--verify',
    '--enabled-key-data',
    'key-name',
    '--pubkey-cert-pem',
    certificate,
    ...Object.values(signed).flatMap((name) => ['--id-attr:ID', name]),
    '--node-xpath',
    `(//*[local-name()='${element}']/*[local-name()='Signature'])[1]`,
    file,
  ]);
}

/** Whether OpenSAML's samlsign verifies the signature of the outermost element by this certificate's key. */
export function samlsignVerifies(xml: string, certificatePem: string): Witnessed {
  return witness(xml, certificatePem, (file, certificate) => ['samlsign', '-c', certificate, '-f', file]);
}

/** The certificates of the keys in metadata that sign, as PEM. */
export const signingCertificates = (metadata: string): readonly string[] =>
  [...metadata.matchAll(/<(?:\w+:)?KeyDescriptor\b([^>]*)>([\s\S]*?)<\/(?:\w+:)?KeyDescriptor>/g)]
    .filter(([, attributes = '']) => !attributes.includes('encryption'))
    .flatMap(([, , inside = '']) => [...inside.matchAll(/X509Certificate>\s*([A-Za-z0-9+/][^<]*)</g)])
    .map(([, body = '']) => body.replace(/\s/g, '').replace(/(.{64})(?=.)/g, '$1\n'))
    .map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`);

function witness(
  xml: string,
  certificatePem: string,
  command: (file: string, certificate: string) => readonly string[],
): Witnessed {
  const folder = temporaryFolder('witness');
  try {
    const file = join(folder.path, 'message.xml');
    const certificate = join(folder.path, 'certificate.pem');
    writeFileSync(file, xml);
    writeFileSync(certificate, certificatePem);
    const [program = '', ...words] = command(file, certificate);
    const done = spawnSync(program, words, { encoding: 'utf8', timeout: 10_000 });
    if (done.error) throw done.error;
    return { good: done.status === 0, said: `${done.stdout}${done.stderr}` };
  } finally {
    folder.remove();
  }
}

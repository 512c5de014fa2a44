// Signed documents of metadata, small and large, and a place on the web that serves them well or badly.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signingKeyOf } from '../../src/base/jose/index.ts';
import { type EntityDescriptor, instantText, writeEntityDescriptor } from '../../src/base/saml/index.ts';
import { toPem } from '../../src/base/x509/index.ts';
import { elementMaker, loadXml, signElement, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { certificateOf } from '../../src/core/metadata/sample-entity.ts';

const md = elementMaker('md', 'urn:oasis:names:tc:SAML:2.0:metadata');
const mdrpi = elementMaker('mdrpi', 'urn:oasis:names:tc:SAML:metadata:rpi');

/** Somebody who signs metadata. */
export interface TestSigner {
  readonly privateKey: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
}

export function testSigner(): TestSigner {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = certificateOf(privateKey);
  return { privateKey, der, pem: toPem(der) };
}

export interface DocumentToWrite {
  readonly entities: readonly (EntityDescriptor | XmlElement)[];
  /** Absent: one entity without a group around it. */
  readonly aggregate?: boolean;
  readonly createdAt?: number | undefined;
  readonly validUntil?: number | undefined;
  readonly cacheDuration?: string | undefined;
  readonly signer?: TestSigner | undefined;
}

const isElement = (one: EntityDescriptor | XmlElement): one is XmlElement => 'local' in one;

/** The document as XML. */
export async function metadataText(given: DocumentToWrite): Promise<string> {
  await loadXml();
  const { signer } = given;
  const entities = given.entities.map((one) => (isElement(one) ? one : writeEntityDescriptor(one)));
  const times = {
    ID: '_document',
    validUntil: given.validUntil === undefined ? undefined : instantText(given.validUntil),
    cacheDuration: given.cacheDuration,
  };
  const publication =
    given.createdAt === undefined
      ? []
      : [
          md(
            'Extensions',
            {},
            mdrpi('PublicationInfo', { publisher: 'test', creationInstant: instantText(given.createdAt) }),
          ),
        ];
  const [first] = entities;
  if (first === undefined) throw new Error('a document has an entity');
  const root =
    given.aggregate === false
      ? { ...first, attributes: [...first.attributes, ...md('x', times).attributes] }
      : md('EntitiesDescriptor', times, ...publication, ...entities);
  if (signer === undefined) return writeXml(root);
  const key = signingKeyOf({ kid: 'signer', alg: 'RS256', privateKey: signer.privateKey });
  return writeXml(signElement(root, { key, certificateDer: signer.der }));
}

export const publicKeyOf = ({ privateKey }: TestSigner): KeyObject => createPublicKey(privateKey);

/** A place that serves whatever its handler says. */
export async function serveMetadata(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

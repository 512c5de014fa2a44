// The parts of an encrypted element, as the document says them, and whether we can do what it asks.
import { type CipherRow, cipherByUri, type KeyTransportRow, keyTransports } from './algorithms.ts';
import { decodeBase64 } from './base64.ts';
import { attributeOf, childrenOf, onlyChild, textOf, type XmlElement, type XmlName } from './element.ts';
import { elementType } from './encrypt.ts';
import { encryption11Namespace, encryptionNamespace, signatureNamespace } from './names.ts';

const xenc = (local: string): XmlName => ({ namespace: encryptionNamespace, local });
const keyInfoName: XmlName = { namespace: signatureNamespace, local: 'KeyInfo' };
const digestMethodName: XmlName = { namespace: signatureNamespace, local: 'DigestMethod' };
const mgfName: XmlName = { namespace: encryption11Namespace, local: 'MGF' };

/** So many wrapped keys are looked at: one for each recipient, of whom we are one. */
const mostKeys = 8;

export interface WrappedKey {
  readonly transport: KeyTransportRow;
  readonly bytes: Buffer;
}

export interface EncryptedParts {
  readonly cipher: CipherRow;
  readonly bytes: Buffer;
  readonly wrappedKeys: readonly WrappedKey[];
}

/**
 * One `EncryptedData` of an element, with keys in its KeyInfo or beside it (where `RetrievalMethod` and `Recipient`
 * point; all are tried, so neither is read). Undefined when it asks for what we do not do.
 */
export function encryptedPartsOf(holder: XmlElement): EncryptedParts | undefined {
  const data = onlyChild(holder, xenc('EncryptedData'));
  if (data === undefined || (attributeOf(data, 'Type') ?? elementType) !== elementType) return undefined;
  const cipher = cipherByUri.get(methodOf(data) ?? '');
  const bytes = cipherValueOf(data);
  if (cipher === undefined || bytes === undefined) return undefined;
  const info = onlyChild(data, keyInfoName);
  const inside = info === undefined ? [] : childrenOf(info, xenc('EncryptedKey'));
  const wrappedKeys = [...inside, ...childrenOf(holder, xenc('EncryptedKey'))].slice(0, mostKeys).flatMap(wrappedKeyOf);
  return wrappedKeys.length === 0 ? undefined : { cipher, bytes, wrappedKeys };
}

/** Whether an element asks to be decrypted by a cipher that does not protect itself (CBC), by the public text alone. */
export function asksForCbc(holder: XmlElement): boolean {
  const data = onlyChild(holder, xenc('EncryptedData'));
  return data !== undefined && cipherByUri.get(methodOf(data) ?? '')?.authenticated === false;
}

function wrappedKeyOf(element: XmlElement): WrappedKey[] {
  const bytes = cipherValueOf(element);
  const transport = transportOf(element);
  return bytes === undefined || transport === undefined ? [] : [{ transport, bytes }];
}

/** xmlenc-core 5.5.2: the digest is SHA-1 unless named, and so is the hash of MGF1. */
function transportOf(element: XmlElement): KeyTransportRow | undefined {
  const method = onlyChild(element, xenc('EncryptionMethod'));
  if (method === undefined || childrenOf(method, xenc('OAEPparams')).length > 0) return undefined;
  const uri = attributeOf(method, 'Algorithm');
  const digest = algorithmOf(onlyChild(method, digestMethodName)) ?? `${signatureNamespace}sha1`;
  const mgf = algorithmOf(onlyChild(method, mgfName)) ?? `${encryption11Namespace}mgf1sha1`;
  return [...keyTransports.values()].find(
    (row) => row.readUris.includes(uri ?? '') && row.digestUri === digest && (row.mgfUri ?? mgf1Sha1) === mgf,
  );
}

const mgf1Sha1 = `${encryption11Namespace}mgf1sha1`;

function methodOf(element: XmlElement): string | undefined {
  return algorithmOf(onlyChild(element, xenc('EncryptionMethod')));
}

function algorithmOf(element: XmlElement | undefined): string | undefined {
  return element && attributeOf(element, 'Algorithm');
}

/** The bytes given along; a `CipherReference` to elsewhere is not followed. */
function cipherValueOf(element: XmlElement): Buffer | undefined {
  const data = onlyChild(element, xenc('CipherData'));
  const value = data && onlyChild(data, xenc('CipherValue'));
  const text = value && textOf(value);
  return text === undefined ? undefined : decodeBase64(text);
}

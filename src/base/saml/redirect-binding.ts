// HTTP-Redirect: a message in the query of an address, with its signature over the very octets that were sent.
import type { SigningKey } from '../jose/index.ts';
import { signatureUri, signDetached } from '../xml/index.ts';
import {
  decodeBase64,
  deflate,
  encodeBase64,
  inflate,
  type MessageParameter,
  mostForeignRelayStateBytes,
  mostInflatedBytes,
} from './message-encoding.ts';
import type { BindingFault, BindingReading, DetachedSignature } from './received-message.ts';

/** SAML Bindings 3.4.4.1; the only encoding there is. */
export const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';

const ours = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Name = (typeof ours)[number];
const mostQueryBytes = 128 * 1024;

/** Raw values as they stand in the query, still percent-encoded: what a signature covers. */
type RawParameters = ReadonlyMap<Name, string>;

/**
 * Reads a query as it was received, without the question mark. A parameter of ours that comes twice, or whose name is
 * written with escapes, is refused (another reader could take another value: S16); parameters of others are left alone.
 */
export function readRedirect(query: string): BindingReading {
  if (query.length > mostQueryBytes) return refused('tooLarge');
  const raw = rawParameters(query);
  if (typeof raw === 'string') return refused(raw);
  const parameter = messageParameter(raw);
  if (parameter !== 'SAMLRequest' && parameter !== 'SAMLResponse') return refused(parameter);
  const encoding = textOfParameter(raw, 'SAMLEncoding') ?? deflateEncoding;
  if (encoding !== deflateEncoding) return refused('unknownEncoding');
  const packed = decodeBase64(textOfParameter(raw, parameter) ?? '');
  const xml = packed && inflate(packed, mostInflatedBytes);
  if (xml === undefined) return refused('notEncoded');
  const relayState = textOfParameter(raw, 'RelayState');
  if (raw.has('RelayState') && (relayState === undefined || Buffer.byteLength(relayState) > mostForeignRelayStateBytes))
    return refused('relayState');
  const detached = detachedSignature(raw, parameter);
  if (detached === 'halfSigned') return refused('halfSigned');
  return { ok: true, received: { binding: 'redirect', parameter, xml, relayState, detached } };
}

const refused = (reason: BindingFault): BindingReading => ({ ok: false, reason });

function rawParameters(query: string): RawParameters | BindingFault {
  const found = new Map<Name, string>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    const known = ours.find((each) => each === decoded(name));
    if (known === undefined) continue;
    if (known !== name) return 'encodedName';
    if (found.has(known)) return 'repeatedParameter';
    found.set(known, value);
  }
  return found;
}

function messageParameter(raw: RawParameters): MessageParameter | BindingFault {
  if (raw.has('SAMLRequest')) return raw.has('SAMLResponse') ? 'twoMessages' : 'SAMLRequest';
  return raw.has('SAMLResponse') ? 'SAMLResponse' : 'noMessage';
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function textOfParameter(raw: RawParameters, name: Name): string | undefined {
  const value = raw.get(name);
  return value === undefined ? undefined : decoded(value);
}

function detachedSignature(
  raw: RawParameters,
  parameter: MessageParameter,
): DetachedSignature | 'halfSigned' | undefined {
  const [signature, algorithm] = [raw.get('Signature'), raw.get('SigAlg')];
  if (signature === undefined && algorithm === undefined) return undefined;
  const value = decodeBase64(decoded(signature ?? '') ?? '');
  const uri = decoded(algorithm ?? '');
  if (value === undefined || !uri) return 'halfSigned';
  const signed = ([parameter, 'RelayState', 'SigAlg'] as const).filter((name) => raw.has(name));
  const octets = signed.map((name) => `${name}=${raw.get(name)}`).join('&');
  return { algorithm: uri, value, octets: Buffer.from(octets, 'latin1') };
}

/**
 * The address with a message in its query; an address that has a query keeps it (SAML Bindings 3.4.3). A RelayState of
 * ours must be `checkedRelayState`; one of theirs goes back as it came.
 */
export function redirectUrl(given: {
  readonly location: string;
  readonly parameter: MessageParameter;
  readonly xml: Buffer;
  readonly relayState?: string | undefined;
  readonly key?: SigningKey | undefined;
}): string {
  const { location, parameter, xml, relayState, key } = given;
  const pairs = [[parameter, encodeBase64(deflate(xml))]];
  if (relayState !== undefined) pairs.push(['RelayState', relayState]);
  if (key !== undefined) pairs.push(['SigAlg', signatureUri(key)]);
  const query = pairs.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  const signature = key && encodeBase64(signDetached(Buffer.from(query, 'latin1'), key).signature);
  const whole = signature === undefined ? query : `${query}&Signature=${encodeURIComponent(signature)}`;
  return `${location}${location.includes('?') ? '&' : '?'}${whole}`;
}

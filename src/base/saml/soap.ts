// SOAP 1.1 as SAML uses it: an envelope with one message, no more (SAML Bindings 3.2).
import { attributeOf, childrenOf, elementMaker, writeXml, type XmlElement } from '../xml/index.ts';
import { ns } from './names.ts';
import { malformed, namesOf, Sequence } from './read-element.ts';

const write = elementMaker('soap', ns.soap);
const soap = namesOf(ns.soap);

/** The content type of both directions (SAML Bindings 3.2.3). */
export const soapContentType = 'text/xml; charset=utf-8';

/** The bytes of an envelope around a message. */
export const soapEnvelope = (message: XmlElement): Buffer =>
  Buffer.from(writeXml(write('Envelope', {}, write('Body', {}, message))));

/** The one message in an envelope. A header that must be understood is refused, since none is (SOAP 1.1 4.2.3). */
export function readSoapBody(envelope: XmlElement): XmlElement {
  if (envelope.namespace !== ns.soap || envelope.local !== 'Envelope') throw malformed('no SOAP envelope');
  const inside = new Sequence(envelope);
  const header = inside.optional(soap('Header'));
  const body = inside.one(soap('Body'));
  inside.end();
  for (const entry of header === undefined ? [] : childrenOf(header))
    if (attributeOf(entry, 'mustUnderstand', ns.soap) === '1') throw malformed('a SOAP header that must be understood');
  const content = new Sequence(body);
  const [message, another] = content.while((next) => next.namespace === ns.samlp);
  content.end();
  if (message === undefined || another !== undefined) throw malformed('not one message in the SOAP body');
  return message;
}

// SOAP 1.1 document/literal as RIV-TA BP 2.1 writes it: an envelope with its logical address, and the one answer or fault in it.
import {
  childrenOf,
  elementMaker,
  hasElementsOnly,
  messageLimits,
  onlyChild,
  readXml,
  textOf,
  writeXml,
  type XmlElement,
  type XmlLimits,
} from '../../../base/xml/index.ts';
import { sourceAway } from '../../../core/directory/index.ts';
import type { Interaction } from './interactions.ts';

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';
const soap = elementMaker('soapenv', soapNamespace);
const registry = elementMaker('itr', 'urn:riv:itintegration:registry:1');

/** Somebody with hundreds of commissions fits in; what is larger is no answer about one person. */
export const answerLimits: XmlLimits = { ...messageLimits, bytes: 1024 * 1024, depth: 16, elements: 30_000 };

/** The text of a request. */
export const requestText = (logicalAddress: string, message: XmlElement): string =>
  writeXml(
    soap('Envelope', {}, soap('Header', {}, registry('LogicalAddress', {}, logicalAddress)), soap('Body', {}, message)),
  );

/** SOAP 1.1 6.1.1: the quotation marks belong to the header's value. */
export const soapAction = ({ responder, name }: Interaction): string => `"${responder}:${name}"`;

export interface SoapAnswer {
  readonly status: number;
  /** The header's whole value; '' when there is none. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The answer's own element. Rejects whatever is no right answer to this interaction; a fault among it. */
export function readAnswer({ name, responder }: Interaction, { status, contentType, body }: SoapAnswer): XmlElement {
  const nonsense = (why: string) => sourceAway(`${name}: ${why}`);
  // SOAP 1.1 6.2: a fault comes with 500. Anything else, a redirect too, is no answer.
  if (status !== 200 && status !== 500) throw nonsense(`status ${status}`);
  if (!/^text\/xml[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(contentType.trim()))
    throw nonsense(`status ${status} and no XML`);
  const reading = readXml(body, answerLimits);
  if (!reading.ok) throw nonsense(`no XML that is taken: ${reading.reason}`);
  const { root } = reading.document;
  const inside =
    root.namespace === soapNamespace && root.local === 'Envelope'
      ? onlyChild(root, { namespace: soapNamespace, local: 'Body' })
      : undefined;
  const [answer, ...more] = inside === undefined ? [] : childrenOf(inside);
  if (inside === undefined || answer === undefined || more.length > 0 || !hasElementsOnly(inside))
    throw nonsense('no SOAP envelope with one answer in it');
  if (answer.namespace === soapNamespace && answer.local === 'Fault') throw nonsense(faultWords(answer));
  if (status !== 200 || answer.namespace !== responder || answer.local !== `${name}Response`)
    throw nonsense('an answer to something else');
  return answer;
}

/**
 * What a fault says without its own words, in which somebody's number may stand: its code (SOAP 1.1 4.4), and the
 * platform's (`VP007`).
 */
function faultWords(fault: XmlElement): string {
  const member = (local: string): string => {
    const found = onlyChild(fault, { namespace: '', local });
    return (found === undefined ? undefined : textOf(found)) ?? '';
  };
  const code = /^(?:[A-Za-z_][\w.-]*:)?([A-Za-z][A-Za-z.]{0,39})$/.exec(member('faultcode').trim())?.[1];
  const platform = /\bVP\d{3}\b/.exec(member('faultstring'))?.[0];
  return `SOAP fault ${[code ?? 'without code', platform].filter((word) => word !== undefined).join(' ')}`;
}

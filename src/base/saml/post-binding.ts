// HTTP-POST: a message in a form. Reading takes the form's fields; writing answers fields, and the edge draws the page.
import {
  decodeBase64,
  encodeBase64,
  type MessageParameter,
  mostForeignRelayStateBytes,
  mostMessageBytes,
} from './message-encoding.ts';
import type { BindingFault, BindingReading } from './received-message.ts';

/** Reads the fields of a form, each as often as it came. A field of ours that comes twice is refused (S16). */
export function readPost(fields: Iterable<readonly [name: string, value: string]>): BindingReading {
  const found = new Map<string, string>();
  for (const [name, value] of fields) {
    if (name !== 'SAMLRequest' && name !== 'SAMLResponse' && name !== 'RelayState') continue;
    if (found.has(name)) return refused('repeatedParameter');
    found.set(name, value);
  }
  const [request, response] = [found.get('SAMLRequest'), found.get('SAMLResponse')];
  if (request !== undefined && response !== undefined) return refused('twoMessages');
  const encoded = request ?? response;
  if (encoded === undefined) return refused('noMessage');
  if (encoded.length > mostMessageBytes * 1.5) return refused('tooLarge');
  const xml = decodeBase64(encoded);
  if (xml === undefined) return refused('notEncoded');
  const relayState = found.get('RelayState');
  if (Buffer.byteLength(relayState ?? '') > mostForeignRelayStateBytes) return refused('relayState');
  const parameter: MessageParameter = request === undefined ? 'SAMLResponse' : 'SAMLRequest';
  return { ok: true, received: { binding: 'post', parameter, xml, relayState } };
}

const refused = (reason: BindingFault): BindingReading => ({ ok: false, reason });

/** What a page must post: where to, and the hidden fields. Values of text, never of HTML (S18). */
export interface PostForm {
  readonly action: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The form for a message. A RelayState of ours must be `checkedRelayState`; one of theirs goes back as it came. */
export function postForm(given: {
  readonly location: string;
  readonly parameter: MessageParameter;
  readonly xml: Buffer;
  readonly relayState?: string | undefined;
}): PostForm {
  const { location, parameter, xml, relayState } = given;
  const state: [string, string][] = relayState === undefined ? [] : [['RelayState', relayState]];
  return { action: location, fields: [[parameter, encodeBase64(xml)], ...state] };
}

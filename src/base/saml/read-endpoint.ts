// Reads an endpoint of metadata: a binding and a place, which is a web address and nothing that a browser would run (S18).
import type { XmlElement } from '../xml/index.ts';
import type { Endpoint, IndexedEndpoint } from './metadata.ts';
import { attributesOf, malformed, optionalBoolean, optionalCount, optionalUri, required } from './read-element.ts';

const names = ['Binding', 'Location', 'ResponseLocation', 'index', 'isDefault'] as const;

/** SAML Metadata 2.2.2. */
export function readEndpoint(element: XmlElement): Endpoint {
  const given = attributesOf(element, names, { foreign: true });
  return {
    binding: required(optionalUri(given.Binding, 'Binding'), 'Binding'),
    location: required(webAddress(given.Location, 'Location'), 'Location'),
    responseLocation: webAddress(given.ResponseLocation, 'ResponseLocation'),
  };
}

/** SAML Metadata 2.2.3. */
export function readIndexedEndpoint(element: XmlElement): IndexedEndpoint {
  const given = attributesOf(element, names, { foreign: true });
  return {
    ...readEndpoint(element),
    index: required(optionalCount(given.index, 'index'), 'index'),
    isDefault: optionalBoolean(given.isDefault, 'isDefault'),
  };
}

/** `https:` or `http:`; whether the latter will do is for whoever registers it. */
export function webAddress(value: string | undefined, what: string): string | undefined {
  const text = optionalUri(value, what);
  if (text === undefined) return undefined;
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'https:' && protocol !== 'http:') throw malformed(`a ${what} that is no web address`);
  return text;
}

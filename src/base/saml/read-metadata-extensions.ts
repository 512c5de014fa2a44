// Reads the extensions of metadata that federations use: how an entity looks, what it is approved for, whose names it may say.
import { attributeOf, childrenOf, type XmlElement } from '../xml/index.ts';
import type { IndexedEndpoint, LocalizedText, MetadataAttribute, RegistrationInfo, Scope, UiInfo } from './metadata.ts';
import { ns } from './names.ts';
import { readAttribute } from './read-assertion.ts';
import {
  attributesOf,
  filledText,
  languageOf,
  namesOf,
  optionalBoolean,
  optionalCount,
  optionalInstant,
  optionalUri,
  required,
  wholeText,
} from './read-element.ts';
import { readIndexedEndpoint } from './read-endpoint.ts';

const saml = namesOf(ns.saml);
const mdui = namesOf(ns.mdui);
const mdattr = namesOf(ns.mdattr);
const mdrpi = namesOf(ns.mdrpi);
const shibmd = namesOf(ns.shibmd);
const idpdisc = namesOf(ns.idpdisc);
const psc = namesOf(ns.psc);

/** Each localised text of a name; those that are empty say nothing and are left out. */
export const localizedTexts = (parent: XmlElement, name: { namespace: string; local: string }): LocalizedText[] =>
  childrenOf(parent, name)
    .map((element) => ({ language: languageOf(element), text: wholeText(element).trim() }))
    .filter(({ text }) => text !== '');

/** SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1. */
export function readUiInfo(extensions: XmlElement): UiInfo | undefined {
  const [info] = childrenOf(extensions, mdui('UIInfo'));
  if (info === undefined) return undefined;
  return {
    displayNames: localizedTexts(info, mdui('DisplayName')),
    descriptions: localizedTexts(info, mdui('Description')),
    informationUrls: localizedTexts(info, mdui('InformationURL')),
    privacyStatementUrls: localizedTexts(info, mdui('PrivacyStatementURL')),
    keywords: localizedTexts(info, mdui('Keywords')),
    logos: childrenOf(info, mdui('Logo')).map((logo) => ({
      url: filledText(logo).trim(),
      width: required(optionalCount(attributeOf(logo, 'width'), 'width'), 'width of Logo'),
      height: required(optionalCount(attributeOf(logo, 'height'), 'height'), 'height of Logo'),
      language: attributeOf(logo, 'lang', ns.xml),
    })),
  };
}

export const readScopes = (extensions: XmlElement): readonly Scope[] =>
  childrenOf(extensions, shibmd('Scope')).map((scope) => ({
    value: filledText(scope).trim(),
    regexp: optionalBoolean(attributesOf(scope, ['regexp']).regexp, 'regexp') ?? false,
  }));

/** SAML V2.0 Metadata Extension for Entity Attributes 2.2: bare attributes; assertions among them are passed over. */
export const readEntityAttributes = (extensions: XmlElement): readonly MetadataAttribute[] =>
  childrenOf(extensions, mdattr('EntityAttributes')).flatMap((group) =>
    childrenOf(group, saml('Attribute')).map(readMetadataAttribute),
  );

/** Values of metadata are addresses and words, so white space around them does not count. */
export function readMetadataAttribute(element: XmlElement): MetadataAttribute {
  const attribute = readAttribute(element);
  return { ...attribute, values: attribute.values.map((value) => value.trim()) };
}

export function readRegistration(extensions: XmlElement): RegistrationInfo | undefined {
  const [info] = childrenOf(extensions, mdrpi('RegistrationInfo'));
  if (info === undefined) return undefined;
  const given = attributesOf(info, ['registrationAuthority', 'registrationInstant'], { foreign: true });
  return {
    authority: required(optionalUri(given.registrationAuthority, 'registrationAuthority'), 'registrationAuthority'),
    instant: optionalInstant(given.registrationInstant, 'registrationInstant'),
    policies: localizedTexts(info, mdrpi('RegistrationPolicy')),
  };
}

/** Identity Provider Discovery Service Protocol and Profile 2.5. */
export const readDiscoveryResponse = (extensions: XmlElement): readonly IndexedEndpoint[] =>
  childrenOf(extensions, idpdisc('DiscoveryResponse')).map(readIndexedEndpoint);

/** Sweden Connect, Principal Selection 3. */
export const readRequestedPrincipalSelection = (
  extensions: XmlElement,
): readonly { readonly name: string; readonly nameFormat?: string | undefined }[] =>
  childrenOf(extensions, psc('RequestedPrincipalSelection')).flatMap((selection) =>
    childrenOf(selection, psc('MatchValue')).map((value) => {
      const given = attributesOf(value, ['Name', 'NameFormat'], { foreign: true });
      return {
        name: required(optionalUri(given.Name, 'Name'), 'Name of MatchValue'),
        nameFormat: optionalUri(given.NameFormat, 'NameFormat'),
      };
    }),
  );

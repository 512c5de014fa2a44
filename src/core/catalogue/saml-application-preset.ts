// What each kind of SAML application is like, as one row of data: how it is named people, what it is told, how that is protected.
import type {
  NameIdRule,
  ReleasedAttribute,
  SamlApplication,
  SamlApplicationPresetName,
  SamlSignatures,
} from './saml-application.ts';

export interface SamlApplicationPreset {
  readonly nameId: NameIdRule;
  readonly attributes: readonly ReleasedAttribute[];
  readonly signs: SamlSignatures;
  readonly encrypts: 'always' | 'whenPossible' | 'never';
}

const oid = (number: string, friendlyName: string, from: ReleasedAttribute['from']): ReleasedAttribute => ({
  name: `urn:oid:${number}`,
  nameFormat: 'uri',
  friendlyName,
  from,
});

const usual: SamlApplicationPreset = {
  nameId: { format: 'persistent' },
  attributes: [
    oid('2.5.4.42', 'givenName', 'givenName'),
    oid('2.5.4.4', 'sn', 'familyName'),
    oid('2.16.840.1.113730.3.1.241', 'displayName', 'name'),
  ],
  signs: 'both',
  encrypts: 'whenPossible',
};

export const samlApplicationPresets: Readonly<Record<SamlApplicationPresetName, SamlApplicationPreset>> = {
  generic: usual,
  shibboleth: usual,
  simplesamlphp: usual,
  // mod_auth_mellon puts attributes into the environment by their names: it decrypts, when its metadata has a key.
  mellon: usual,
  // docs.netscaler.com: it logs on with the NameID, which is the account's UPN; `samlRejectUnsignedAssertion STRICT`.
  netscaler: {
    nameId: { format: 'unspecified', from: 'upn' },
    attributes: [{ name: 'userprincipalname', nameFormat: 'unspecified', from: 'upn' }],
    signs: 'both',
    encrypts: 'whenPossible',
  },
  // Sweden Connect deployment profile: persistent names, encrypted assertions.
  'sweden-connect': { ...usual, encrypts: 'always' },
};

/** The preset as this application's record completes it. */
export function answerRulesOf(application: SamlApplication): SamlApplicationPreset {
  const preset = samlApplicationPresets[application.preset];
  const named = new Map([...preset.attributes, ...application.attributes].map((one) => [one.name, one]));
  return {
    nameId: application.nameId ?? preset.nameId,
    attributes: [...named.values()],
    signs: application.signs ?? preset.signs,
    encrypts: application.encrypts ?? preset.encrypts,
  };
}

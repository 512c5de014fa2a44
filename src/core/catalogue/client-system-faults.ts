// Faults of client systems, one broken thing a row; read by the test of compiling.
import { type Doc, type Fault, set } from './machine-faults.ts';

const kind = 'clientSystem' as const;
/** Another system, right but for what `change` does. */
const other = (change: object) => (doc: Doc) => Object.assign(doc, { ...wholeSystem, ...change });
const wholeSystem = {
  name: { en: 'Other' },
  supplier: 'hospital',
  issuer: 'main',
  template: { apis: ['record'], scopes: ['record:read'], minimumAssurance: 'low' },
};

export const clientSystemFaults: readonly Fault[] = [
  ['clientSystem.references', kind, 'practice', set('issuer', 'nowhere'), 'issuer', /no issuer nowhere/],
  ['clientSystem.references', kind, 'practice', set('supplier', 'nobody'), 'supplier', /no organisation nobody/],
  ['clientSystem.template', kind, 'practice', set('template.apis', ['none']), 'template.apis[0]', /no API none/],
  [
    'clientSystem.template',
    kind,
    'practice',
    set('template.scopes', ['record:write']),
    'template.scopes[0]',
    /record:write is neither/,
  ],
  [
    'clientSystem.template',
    kind,
    'practice',
    set('template.redirectUris', ['https://*.example/cb']),
    'template.redirectUris[0]',
    /no wildcards/,
  ],
  [
    'clientSystem.template',
    kind,
    'practice',
    (doc) => {
      set('template.profile', 'fapi2')(doc);
      set('template.redirectUris', ['http://localhost/cb'])(doc);
    },
    'template.redirectUris[0]',
    /fapi2 needs https/,
  ],
  [
    'clientSystem.returnUris',
    kind,
    'practice',
    set('returnUris', ['http://ehr.example/done']),
    'returnUris[0]',
    /write an https URL/,
  ],
  [
    'clientSystem.oneKeyEach',
    kind,
    'other',
    other({ apiKeyHashes: ['B'.repeat(43), 'A'.repeat(43)] }),
    'apiKeyHashes[1]',
    /practice has the same key/,
  ],
  [
    'application.references',
    'application',
    'ehr',
    set('clientSystem', 'nothing'),
    'clientSystem',
    /no client system nothing/,
  ],
];

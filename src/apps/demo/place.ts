// Where the demo's files lie and where its parts listen: handed over by the hub as one JSON value.

export interface DemoPlace {
  /** `<data folder>/demo`. */
  readonly folder: string;
  readonly hubUrl: string;
  readonly cardUrl: string;
  readonly ehrUrl: string;
  readonly coreRecordUrl: string;
  readonly testTokensUrl: string;
  readonly cosmicLinkUrl: string;
  /** The municipality's hub; absent = there is none, and no application that speaks SAML. */
  readonly municipalityUrl?: string;
  readonly crlUrl: string;
  /** Issue API of the demo's certificate authority; absent = none, and its cards come from the test CA. */
  readonly caUrl?: string;
  /** Where that authority publishes. */
  readonly pkiUrl: string;
  /** Only a certificate for the hub's own listeners: no people, no applications. */
  readonly certificatesOnly: boolean;
}

/** Reads what the hub handed over in `TILLIT_DEMO_PLACE`. */
export function demoPlace(text: string | undefined): DemoPlace {
  if (!text) throw new Error('the demo is started by the hub: npm start');
  return JSON.parse(text) as DemoPlace;
}

/** Files of the demo. */
export const demoFiles = (folder: string) => ({
  ca: `${folder}/ca`,
  cards: `${folder}/cards`,
  catalogue: `${folder}/catalogue.yaml`,
  registers: `${folder}/registers.yaml`,
  cosmicLinkKey: `${folder}/cosmic-link.key`,
  cosmicLinkMetadata: `${folder}/cosmic-link.xml`,
  /** What the municipality's operator and the region's write of each other, with the other's metadata beside it. */
  municipality: `${folder}/municipality.yaml`,
  municipalityData: `${folder}/municipality`,
  shared: `${folder}/shared-care.yaml`,
  cardPassphrase: `${folder}/secrets/cards`,
  password: (username: string) => `${folder}/secrets/${username}.password`,
  secrets: `${folder}/secrets`,
  testTokensKey: `${folder}/test-tokens.key`,
  testTokensAccess: `${folder}/secrets/test-tokens`,
  key: (client: string) => `${folder}/${client}.key`,
  tlsCertificate: `${folder}/ca/server.pem`,
  tlsKey: `${folder}/ca/server.key`,
  tlsRoot: `${folder}/ca/root.pem`,
});

export const ehrClient = 'demo-ehr';
export const coreRecordClient = 'demo-core-record';
export const cosmicLinkApplication = 'demo-cosmic-link';

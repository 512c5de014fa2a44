// The two SAML libraries that we measure against, as far as they are used here.
import { createRequire } from 'node:module';

// Not by `import`: their types bring those of browsers along (xmldom's `lib="dom"`), for every file of ours.
const load = createRequire(import.meta.url);

interface NodeSaml {
  readonly ValidateInResponseTo: { readonly always: string };
  readonly SAML: new (
    options: object,
  ) => {
    validatePostResponseAsync(body: {
      readonly SAMLResponse: string;
    }): Promise<{ readonly profile: { readonly nameID: string } | null }>;
  };
}

interface Parsed {
  /** The message, decrypted. */
  readonly samlContent: string;
  readonly extract: {
    readonly audience?: string;
    readonly nameID?: string;
    readonly request?: { readonly id: string };
    readonly response?: { readonly inResponseTo: string; readonly destination: string };
  };
}

interface SamlifyProvider {
  readonly entityMeta: object;
  parseLoginRequest(
    service: SamlifyService,
    binding: 'redirect',
    request: { readonly query: Readonly<Record<string, string>>; readonly octetString: string },
  ): Promise<Parsed>;
  createLoginResponse(
    service: SamlifyService,
    asked: Parsed,
    binding: 'post',
    user: object,
    options: {
      readonly encryptThenSign: boolean;
      readonly customTagReplacement: (template: string) => { readonly id: string; readonly context: string };
    },
  ): Promise<{ readonly context: string }>;
}

interface SamlifyService {
  parseLoginResponse(
    provider: SamlifyProvider,
    binding: 'post',
    request: { readonly body: { readonly SAMLResponse: string } },
  ): Promise<Parsed>;
}

interface Samlify {
  readonly Constants: {
    readonly namespace: { readonly binding: Readonly<Record<'redirect' | 'post', string>> };
    readonly algorithms: {
      readonly signature: { readonly RSA_SHA256: string };
      readonly encryption: {
        readonly data: { readonly AES_128_GCM: string };
        readonly key: { readonly RSA_OAEP_MGF1P: string };
      };
    };
  };
  readonly SamlLib: {
    replaceTagsByValue(template: string, values: Readonly<Record<string, string>>): string;
    verifySignature(
      xml: string,
      by: { readonly metadata: object; readonly signatureAlgorithm: string },
    ): readonly [verified: boolean, assertion: string | null];
  };
  IdentityProvider(settings: object): SamlifyProvider;
  ServiceProvider(settings: object): SamlifyService;
  setSchemaValidator(validator: { readonly validate: (xml: string) => Promise<string> }): void;
}

export const nodeSamlLibrary = load('@node-saml/node-saml') as NodeSaml;
export const samlifyLibrary = load('samlify') as Samlify;

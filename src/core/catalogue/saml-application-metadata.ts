// What an application's own metadata says, as members of its record; and what of it has no place there.
import { bindingNamed, type EntityDescriptor, type KeyDescriptor, type SpRole } from '../../base/saml/index.ts';
import { toPem } from '../../base/x509/index.ts';
import { certificateFault } from './checks-saml-application.ts';
import type { SamlApplication } from './saml-application.ts';
import type { SamlEndpoint } from './saml-entity.ts';

export type MetadataMembers = Pick<
  SamlApplication,
  'entityId' | 'assertionConsumers' | 'singleLogout' | 'attributeConsumers' | 'keys' | 'requireSignedRequest'
>;

export type MetadataTaken =
  | {
      readonly ok: true;
      readonly members: MetadataMembers;
      /** What was left out, in words for the operator. */
      readonly left: readonly string[];
    }
  | { readonly ok: false; readonly because: string };

/** Takes the service provider's role over. What it offers that we do not speak is left out, and said. */
export function membersOfMetadata({ entityId, sp }: EntityDescriptor): MetadataTaken {
  if (sp === undefined) return { ok: false, because: `${entityId} is no service provider of SAML 2.0` };
  const left: string[] = [];
  const keys = {
    signing: certificatesOf(sp, 'signing', left),
    encryption: certificatesOf(sp, 'encryption', left),
  };
  const assertionConsumers = sp.assertionConsumer.flatMap((one): SamlEndpoint[] => {
    const { binding, location, index, isDefault } = one;
    const name = bindingNamed(binding);
    // Who resolves an artifact signs for it.
    if (name === 'post' || (name === 'artifact' && keys.signing.length > 0))
      return [{ binding: name, location, index, ...(isDefault ? { isDefault } : {}) }];
    left.push(`answers to ${location} by ${binding}`);
    return [];
  });
  if (assertionConsumers.length === 0)
    return {
      ok: false,
      because: `${entityId} takes no answers by HTTP-POST, and none by artifact with a key of its own`,
    };
  const singleLogout = sp.singleLogout.flatMap(({ binding, location, responseLocation }): SamlEndpoint[] => {
    const name = bindingNamed(binding);
    if (name === 'redirect' || name === 'post' || name === 'soap')
      return [{ binding: name, location, ...(responseLocation === undefined ? {} : { responseLocation }) }];
    left.push(`logouts to ${location} by ${binding}`);
    return [];
  });
  const indexes = sp.attributeConsuming.map(({ index }) => index);
  return {
    ok: true,
    members: {
      entityId,
      assertionConsumers,
      singleLogout,
      ...(indexes.length === 0 ? {} : { attributeConsumers: indexes }),
      keys,
      requireSignedRequest: sp.authnRequestsSigned,
    },
    left,
  };
}

/** Certificates for a use; a key without one is for both (SAML Metadata 2.4.1.1). */
function certificatesOf({ keys }: SpRole, use: NonNullable<KeyDescriptor['use']>, left: string[]): readonly string[] {
  const all = keys
    .filter((one) => one.use === undefined || one.use === use)
    .flatMap(({ certificates }) => certificates);
  return [...new Set(all.map((der) => toPem(der)))].filter((pem) => {
    const fault = certificateFault(pem, use);
    if (fault !== undefined) left.push(`a key for ${use}: ${fault}`);
    return fault === undefined;
  });
}

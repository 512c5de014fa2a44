// An application's record as base/saml judges by it: keys, places for answers, indexes.
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type AuthnRequestExpected, bindings, type Peer } from '../../../base/saml/index.ts';
import type { EncryptionOptions } from '../../../base/xml/index.ts';
import type { CatalogueSnapshot, Issuer, SamlApplication, SamlBinding } from '../../../core/catalogue/index.ts';

type ServiceProvider = AuthnRequestExpected['serviceProvider'];

/** Records never change after they are made, so each is read once. */
const read = new WeakMap<SamlApplication, ServiceProvider>();
const recipients = new WeakMap<SamlApplication, EncryptionOptions>();

/** What requests of the application are held against. */
export function serviceProviderOf(application: SamlApplication): ServiceProvider {
  const known = read.get(application);
  if (known !== undefined) return known;
  const made: ServiceProvider = {
    entityId: application.entityId,
    keys: application.keys.signing.map((pem): KeyObject => createPublicKey(pem)),
    mustSign: application.requireSignedRequest,
    // A place without an index gets one that no request can name.
    assertionConsumer: application.assertionConsumers.map(({ binding, location, index, isDefault }, at) => ({
      binding: bindings[binding],
      location,
      index: index ?? -1 - at,
      isDefault,
    })),
    attributeConsuming: application.attributeConsumers ?? [],
  };
  read.set(application, made);
  return made;
}

/** To whom assertions for the application are encrypted; undefined when it has no key for that. */
export function recipientOf(application: SamlApplication): EncryptionOptions | undefined {
  const known = recipients.get(application);
  const [pem] = application.keys.encryption;
  if (known !== undefined || pem === undefined) return known;
  const { publicKey, raw } = new X509Certificate(pem);
  const made: EncryptionOptions = { recipient: publicKey, certificateDer: raw };
  recipients.set(application, made);
  return made;
}

export const peerOf = (application: SamlApplication): Peer => serviceProviderOf(application);

/** The application of an entity ID at an issuer, and at no other. */
export function applicationOf(
  { samlApplications }: CatalogueSnapshot,
  issuer: Issuer,
  entityId: string | undefined,
): SamlApplication | undefined {
  return [...samlApplications.values()].find((one) => one.entityId === entityId && one.issuer === issuer.id);
}

/** Where the application takes logouts by one of these bindings, the first wish first. */
export function logoutPlace(
  { singleLogout }: SamlApplication,
  ...wanted: readonly SamlBinding[]
): SamlApplication['singleLogout'][number] | undefined {
  for (const binding of wanted) {
    const found = singleLogout.find((one) => one.binding === binding);
    if (found !== undefined) return found;
  }
  return undefined;
}

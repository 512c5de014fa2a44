// Wires the passwords of organisations' own directories: LDAPS to their controllers, and the sealed password of the hub there.
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { type Keyring, open } from '../../base/sealing/index.ts';
import { Secret } from '../../base/secret.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { LoginThrottle } from '../../core/directory/index.ts';
import type { PageConnector } from '../../core/journey/index.ts';
import { networkFinderOf } from '../../core/policy/index.ts';
import {
  type DirectoryPasswordPorts,
  directoryPasswordConnector,
} from '../../edge/connectors/directory-password/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../edge/outgoing/ldap/index.ts';
import { domainSecretPurpose } from './sealing.ts';

export interface PasswordDomainParts {
  readonly keyring: Keyring;
  readonly throttle: LoginThrottle;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: Clock;
}

/** How a domain is reached, at a login and by `tillit provider check`. */
export const domainReach = (keyring: Keyring): Pick<DirectoryPasswordPorts, 'connect' | 'openSecret'> => ({
  connect: (controller, authorities) => ldapsClients({ anchors: authorities, limits: usualLdapsLimits })(controller),
  openSecret: (provider, sealed) => {
    const opened = open(keyring, domainSecretPurpose, provider, Buffer.from(sealed, 'base64'));
    return opened.ok ? new Secret(opened.bytes.toString('utf8')) : undefined;
  },
});

export const passwordDomains = ({ keyring, throttle, catalogue, clock }: PasswordDomainParts): PageConnector =>
  directoryPasswordConnector({
    ...domainReach(keyring),
    throttle,
    networkOf: (address) => networkFinderOf(catalogue())(address),
    newId: () => newId(clock()),
  });

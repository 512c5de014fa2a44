// The two parties of the SAML rows, an identity provider and a service provider, as plain JSON that every process gets.
import { createPrivateKey, randomUUID } from 'node:crypto';
import { dayMs } from '../../src/base/clock.ts';
import { generateSigningKey, type SigningKey, signingKeyOf } from '../../src/base/jose/index.ts';
import { redirectUrl, writeAuthnRequest } from '../../src/base/saml/index.ts';
import { keyHolderCertificate, toPem } from '../../src/base/x509/index.ts';
import { writeXml } from '../../src/base/xml/index.ts';
import { hubEntityId, ssoUrl } from '../../test/fakes/saml-asker.ts';

export interface Party {
  readonly entityId: string;
  /** Where the other party's messages come in. */
  readonly url: string;
  /** PEM, PKCS #8. It signs, and what is encrypted to the party is decrypted with it. */
  readonly privateKey: string;
  readonly certificate: string;
}

export interface Parties {
  readonly provider: Party;
  readonly service: Party;
}

export function newParties(bits: number): Parties {
  return {
    provider: newParty(hubEntityId, ssoUrl, bits),
    service: newParty('https://link.example/sp', 'https://link.example/acs', bits),
  };
}

/** The same party with another key, which nobody trusts. */
export const strangerAs = ({ entityId, url }: Party, bits: number): Party => newParty(entityId, url, bits);

function newParty(entityId: string, url: string, modulusBits: number): Party {
  const { key, privateKey } = generateSigningKey('RS256', { modulusBits });
  const now = Math.floor(Date.now() / 1000) * 1000;
  const der = keyHolderCertificate(
    { alg: 'RS256', sign: key.sign, publicJwk: key.publicJwk },
    { commonName: 'bench', notBefore: now - dayMs, notAfter: now + dayMs },
  );
  return {
    entityId,
    url,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: toPem(der),
  };
}

export const signerOf = ({ privateKey }: Party): SigningKey =>
  signingKeyOf({ alg: 'RS256', privateKey: createPrivateKey(privateKey) });

/** A request as the service provider sends it by Redirect, signed. */
export interface Asked {
  readonly id: string;
  readonly query: string;
}

/** Requests with new ids; `at` is where and by whom they are taken. */
export function newRequests({ provider, service }: Parties, key: SigningKey, count: number): readonly Asked[] {
  return Array.from({ length: count }, () => {
    const id = `_${randomUUID()}`;
    const request = writeAuthnRequest({
      id,
      issueInstant: Date.now(),
      issuer: service.entityId,
      destination: provider.url,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
    });
    const xml = Buffer.from(writeXml(request));
    const url = redirectUrl({ location: provider.url, parameter: 'SAMLRequest', xml, key });
    return { id, query: url.slice(url.indexOf('?') + 1) };
  });
}

// The crypto floor of the SAML rows: the RSA work of a login or of a verification and nothing else, by sync node:crypto.
import {
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { Parties } from './parties.ts';
import type { Side } from './side.ts';

/** About as long as a SignedInfo. */
const signedBytes = 700;
const oaepHash = 'sha1';

export function floor({ provider, service }: Parties): Side {
  const [providerKey, serviceKey] = [createPrivateKey(provider.privateKey), createPrivateKey(service.privateKey)];
  const [providerPublic, servicePublic] = [createPublicKey(providerKey), createPublicKey(serviceKey)];
  const signed = Buffer.alloc(signedBytes, 'a');
  const byProvider = sign('sha256', signed, providerKey);
  const contentKey = randomBytes(32);
  const wrapped = publicEncrypt({ key: servicePublic, oaepHash }, contentKey);
  return {
    /** The request's signature is verified, the assertion and the Response are signed, the content's key is wrapped. */
    answer: async (query) => {
      const [octets = '', signature = ''] = query.split('&Signature=');
      const value = Buffer.from(decodeURIComponent(signature), 'base64');
      if (!verify('sha256', Buffer.from(octets), servicePublic, value)) throw new Error('a wrong signature');
      sign('sha256', signed, providerKey);
      publicEncrypt({ key: servicePublic, oaepHash }, contentKey);
      return sign('sha256', signed, providerKey).toString('base64');
    },
    /** Two signatures are verified, and the content's key is unwrapped. */
    believe: async () => {
      for (let time = 0; time < 2; time++) {
        if (!verify('sha256', signed, providerPublic, byProvider)) throw new Error('a wrong signature');
      }
      if (!privateDecrypt({ key: serviceKey, oaepHash }, wrapped).equals(contentKey)) throw new Error('a wrong key');
      return '';
    },
  };
}

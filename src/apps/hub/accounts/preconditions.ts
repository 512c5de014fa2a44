// The port that asks about pre-conditions, for each record of the catalogue.
import { type Keyring, open } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import type { Precondition } from '../../../core/catalogue/index.ts';
import type { Preconditions } from '../../../core/journey/index.ts';
import { boundedRequest } from '../../../edge/outgoing/http/index.ts';
import { askPrecondition } from '../../../edge/targets/precondition/index.ts';
import { preconditionSecretPurpose } from '../sealing.ts';

/** The token in clear; undefined when it cannot be opened. */
function tokenOf(keyring: Keyring, { id, ask }: Precondition): Secret<string> | undefined {
  const opened = open(keyring, preconditionSecretPurpose, id, Buffer.from(ask.sealedToken ?? '', 'base64'));
  return opened.ok ? new Secret(opened.bytes.toString('utf8')) : undefined;
}

export const preconditions = (keyring: Keyring): Preconditions => ({
  async ask(record, question) {
    const { url, sealedToken, tlsAuthorities, timeoutSeconds } = record.ask;
    const token = sealedToken === undefined ? undefined : tokenOf(keyring, record);
    if (sealedToken !== undefined && token === undefined)
      return { kind: 'silent', why: 'its sealed token cannot be opened: apply its record again' };
    const authorities = tlsAuthorities.length > 0 ? tlsAuthorities : undefined;
    return askPrecondition(
      {
        url,
        token,
        timeoutMs: timeoutSeconds * 1000,
        send: (address, request) => boundedRequest(address, { ...request, authorities }),
      },
      question,
    );
  },
});

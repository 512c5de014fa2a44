// A port for each target of the catalogue: opened once for a record, and opened anew when the record changes.
import type pg from 'pg';
import type { Random } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, open } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import type { AccountTarget } from '../../../core/catalogue/index.ts';
import type { AccountTargetPort } from '../../../core/provisioning/index.ts';
import { boundedRequest } from '../../../edge/outgoing/http/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../../edge/outgoing/ldap/index.ts';
import { builtInRows } from '../../../edge/store/hub/builtin-accounts.ts';
import { openActiveDirectory } from '../../../edge/targets/active-directory/index.ts';
import { builtInTarget } from '../../../edge/targets/built-in/index.ts';
import { openScim } from '../../../edge/targets/scim/index.ts';
import { targetSecretPurpose } from '../sealing.ts';

export interface TargetParts {
  readonly pool: pg.Pool;
  readonly keyring: Keyring;
  readonly clock: () => number;
  readonly random: Random;
}

interface Opened {
  readonly record: AccountTarget;
  readonly port: AccountTargetPort & { readonly close?: () => Promise<void> };
}

export interface AccountTargets {
  readonly port: (record: AccountTarget) => AccountTargetPort;
  readonly close: () => Promise<void>;
}

export function accountTargets(parts: TargetParts): AccountTargets {
  const opened = new Map<string, Opened>();
  return {
    port(record) {
      const known = opened.get(record.id);
      if (known?.record === record) return known.port;
      void known?.port.close?.();
      const port = openTarget(record, parts);
      opened.set(record.id, { record, port });
      return port;
    },
    async close() {
      await Promise.all([...opened.values()].map(({ port }) => port.close?.()));
      opened.clear();
    },
  };
}

/** The port of one target's record. */
export function openTarget(
  record: AccountTarget,
  { pool, keyring, clock, random }: TargetParts,
): AccountTargetPort & { readonly close?: () => Promise<void> } {
  const { directory, service } = record;
  const opened = (sealed: string): Secret<string> => {
    const secret = open(keyring, targetSecretPurpose, record.id, Buffer.from(sealed, 'base64'));
    if (secret.ok) return new Secret(secret.bytes.toString('utf8'));
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `account target ${record.id}: its sealed secret cannot be opened (${secret.reason}): apply its record again`,
    });
  };
  if (service !== undefined) {
    const authorities = service.tlsAuthorities.length > 0 ? service.tlsAuthorities : undefined;
    return openScim({
      url: service.url,
      token: opened(service.sealedToken),
      markAttribute: service.markAttribute,
      endAttribute: service.endAttribute,
      send: (url, request) => boundedRequest(url, { ...request, authorities }),
    });
  }
  if (directory === undefined) return builtInTarget(builtInRows(pool, record.id), clock);
  return openActiveDirectory({
    controllers: directory.controllers,
    confirmOn: directory.confirmOn,
    bindName: directory.bindName,
    client: ldapsClients({
      anchors: directory.tlsAuthorities.length > 0 ? directory.tlsAuthorities : undefined,
      limits: usualLdapsLimits,
    }),
    base: directory.base,
    password: opened(directory.sealedPassword),
    keyAttribute: record.keyAttribute,
    markAttribute: record.markAttribute,
    random,
  });
}

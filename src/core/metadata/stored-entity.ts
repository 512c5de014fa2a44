// An entity as it is stored: its typed facts as JSON, the digest that tells two of them apart, and back.
import { createHash } from 'node:crypto';
import type { EntityDescriptor, IdpRole, KeyDescriptor, SpRole, SsoRole } from '../../base/saml/index.ts';

/** Raised when what is read from metadata changes, so that every entity is stored anew at the next refresh. */
const version = 1;

type Stored<Role extends SsoRole> = Omit<Role, 'keys'> & {
  readonly keys: readonly (Omit<KeyDescriptor, 'certificates'> & { readonly certificates: readonly string[] })[];
};

/** Facts of an entity as JSON: certificates are base64, and times of the document as a whole are left out. */
export interface StoredEntity extends Omit<EntityDescriptor, 'idp' | 'sp' | 'validUntil' | 'cacheDurationMs' | 'id'> {
  readonly idp?: Stored<IdpRole> | undefined;
  readonly sp?: Stored<SpRole> | undefined;
}

/** The facts that are stored: what changes with every signing (ids, times of the document) is no part of them. */
export function storedForm(entity: EntityDescriptor): StoredEntity {
  const { idp, sp, validUntil: _until, cacheDurationMs: _cache, id: _id, ...rest } = entity;
  return { ...rest, ...(idp && { idp: storedRole(idp) }), ...(sp && { sp: storedRole(sp) }) };
}

function storedRole<Role extends SsoRole>(role: Role): Stored<Role> {
  return {
    ...role,
    keys: role.keys.map((key) => ({ ...key, certificates: key.certificates.map((der) => der.toString('base64')) })),
  };
}

/** The entity of stored facts, with the end that the store knows. */
export function entityOf(stored: StoredEntity, validUntil: number | undefined): EntityDescriptor {
  const { idp, sp, ...rest } = stored;
  return {
    ...rest,
    validUntil,
    ...(idp && { idp: readRole(idp) }),
    ...(sp && { sp: readRole(sp) }),
  } as EntityDescriptor;
}

const readRole = (role: Stored<SsoRole>): SsoRole => ({
  ...role,
  keys: role.keys.map((key) => ({
    ...key,
    certificates: key.certificates.map((text) => Buffer.from(text, 'base64')),
  })),
});

/** Tells whether an entity changed: lower-case hexadecimal SHA-256 of its facts. */
export const entityDigest = (stored: StoredEntity): string =>
  createHash('sha256')
    .update(`${version} ${JSON.stringify(stored)}`)
    .digest('hex');

// Signing keys of the issuers: the private part is sealed with a master key from outside the database.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import {
  type AlgorithmName,
  findSigningKey,
  publishedJwk,
  type SigningKey,
  signingKeyOf,
} from '../../../base/jose/index.ts';
import { type KeyTimes, samlIssuerKeyOwner } from '../../../core/issuing/index.ts';
import { locks } from './locks.ts';

/** A signing key with its times: published from `publishAt`, signs from `activateAt`, last signs at `retireAt`. */
export interface ScheduledKey {
  readonly issuer: string;
  readonly key: SigningKey;
  readonly publishAt: EpochMs;
  readonly activateAt: EpochMs;
  readonly retireAt: EpochMs;
}

export interface KeySealing {
  seal(purpose: string, id: string, bytes: Buffer): Buffer;
  /** Throws when the seal cannot be opened. */
  open(purpose: string, id: string, sealed: Buffer): Buffer;
}

/** A signing key's public side, of whatever age: the rows of retired keys stay, so that old tickets can be verified. */
export interface PublicSigningKey extends KeyTimes {
  readonly kid: string;
  /** Of the issuer whose tokens, or whose assertions, it signed; undefined when that issuer is no more. */
  readonly url: string | undefined;
  readonly signs: 'tokens' | 'assertions';
  readonly jwk: unknown;
}

/** Public sides of all keys that sign tickets, retired ones too. No master key is needed for them. */
export async function publicSigningKeys(pool: pg.Pool): Promise<readonly PublicSigningKey[]> {
  const { rows } = await pool.query<{
    kid: string;
    issuer: string;
    algorithm: string;
    signs: PublicSigningKey['signs'];
    url: string | null;
    jwk: unknown;
    publish_at: Date;
    activate_at: Date;
    retire_at: Date;
  }>(
    `SELECT k.kid, k.issuer, k.algorithm, k.public_jwk AS jwk, k.publish_at, k.activate_at, k.retire_at, i.doc ->> 'url' AS url,
       CASE WHEN starts_with(k.issuer, $1) THEN 'assertions' ELSE 'tokens' END AS signs
     FROM hub.signing_key k
     LEFT JOIN hub.catalogue_item i ON i.kind = 'issuer' AND k.issuer IN (i.id, $1 || i.id)
     WHERE starts_with(k.issuer, $1) OR strpos(k.issuer, ' ') = 0 ORDER BY k.activate_at DESC`,
    [samlIssuerKeyOwner('')],
  );
  return rows.map(({ url, publish_at, activate_at, retire_at, ...row }) => ({
    ...row,
    url: url ?? undefined,
    publishAt: publish_at.getTime(),
    activateAt: activate_at.getTime(),
    retireAt: retire_at.getTime(),
  }));
}

export function signingKeyStore(pool: pg.Pool, sealing: KeySealing) {
  return {
    /** Every key that is not yet forgotten, of all issuers. */
    async all(): Promise<readonly ScheduledKey[]> {
      const result = await pool.query<{
        kid: string;
        issuer: string;
        algorithm: string;
        sealed: Buffer;
        publish_at: Date;
        activate_at: Date;
        retire_at: Date;
      }>(
        'SELECT kid, issuer, algorithm, sealed, publish_at, activate_at, retire_at FROM hub.signing_key ORDER BY activate_at',
      );
      return result.rows.map((row) => ({
        issuer: row.issuer,
        key: signingKeyOf({
          alg: row.algorithm as AlgorithmName,
          kid: row.kid,
          privateKey: createPrivateKey({
            key: sealing.open('signing-key', row.kid, row.sealed),
            format: 'der',
            type: 'pkcs8',
          }),
        }),
        publishAt: row.publish_at.getTime(),
        activateAt: row.activate_at.getTime(),
        retireAt: row.retire_at.getTime(),
      }));
    },

    /** The private keys of an owner, the newest first: for what was encrypted to them. */
    async decrypting(owner: string): Promise<readonly KeyObject[]> {
      const { rows } = await pool.query<{ kid: string; sealed: Buffer }>(
        'SELECT kid, sealed FROM hub.signing_key WHERE issuer = $1 ORDER BY activate_at DESC',
        [owner],
      );
      return rows.map(({ kid, sealed }) =>
        createPrivateKey({ key: sealing.open('signing-key', kid, sealed), format: 'der', type: 'pkcs8' }),
      );
    },

    /**
     * Makes the keys that `wanted` asks for, under a lock, so that two hubs do not both make one.
     * `wanted` is called inside the lock with the keys as they stand.
     */
    async ensure(
      wanted: (
        existing: readonly {
          issuer: string;
          algorithm: AlgorithmName;
          publishAt: EpochMs;
          activateAt: EpochMs;
          retireAt: EpochMs;
        }[],
      ) => readonly {
        issuer: string;
        algorithm: AlgorithmName;
        publishAt: EpochMs;
        activateAt: EpochMs;
        retireAt: EpochMs;
      }[],
    ): Promise<readonly { kid: string; issuer: string; algorithm: string }[]> {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT pg_advisory_xact_lock($1)', [locks.signingKeys]);
        const existing = await client.query<{
          issuer: string;
          algorithm: AlgorithmName;
          publish_at: Date;
          activate_at: Date;
          retire_at: Date;
        }>('SELECT issuer, algorithm, publish_at, activate_at, retire_at FROM hub.signing_key');
        const missing = wanted(
          existing.rows.map((row) => ({
            issuer: row.issuer,
            algorithm: row.algorithm,
            publishAt: row.publish_at.getTime(),
            activateAt: row.activate_at.getTime(),
            retireAt: row.retire_at.getTime(),
          })),
        );
        const made: { kid: string; issuer: string; algorithm: string }[] = [];
        for (const each of missing) {
          const { key, pkcs8 } = await newKey(each.algorithm);
          await client.query(
            `INSERT INTO hub.signing_key (kid, issuer, algorithm, public_jwk, sealed, publish_at, activate_at, retire_at)
             VALUES ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0), to_timestamp($7 / 1000.0), to_timestamp($8 / 1000.0))`,
            [
              key.kid,
              each.issuer,
              each.algorithm,
              JSON.stringify(publishedJwk(key)),
              sealing.seal('signing-key', key.kid, pkcs8),
              each.publishAt,
              each.activateAt,
              each.retireAt,
            ],
          );
          made.push({ kid: key.kid, issuer: each.issuer, algorithm: each.algorithm });
        }
        await client.query('COMMIT');
        return made;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

async function newKey(algorithm: AlgorithmName): Promise<{ key: SigningKey; pkcs8: Buffer }> {
  const { key, privateKey } = await findSigningKey(algorithm);
  return { key, pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }) };
}

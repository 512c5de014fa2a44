// Judges a document of metadata: pure, with the pinned keys and the present as arguments.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import { isSigned, readXml, type Verified, verifySignature, type XmlFault, type XmlLimits } from '../xml/index.ts';
import { reading } from './read-element.ts';
import { type MetadataContent, readMetadata } from './read-metadata.ts';
import { firstRefusal, type Refused, refuse, type SamlCheck } from './verdict.ts';

export interface MetadataExpected {
  readonly now: EpochMs;
  /** Keys that the publisher signs with. None: the signature is not asked for, because the file was given by hand. */
  readonly keys: readonly KeyObject[];
  /** The one entity that was asked for (MDQ, a file of one). */
  readonly entityId?: string | undefined;
  /** Default: those of a file of some hundred entities. */
  readonly limits?: XmlLimits | undefined;
}

export type MetadataCheckName = 'signed' | 'signature' | 'validUntil' | 'entity' | 'sameEntityTwice';
export type MetadataReason = XmlFault | 'structure' | MetadataCheckName;

export type MetadataVerdict =
  | ({ readonly accepted: true; readonly signed: boolean } & MetadataContent)
  | Refused<MetadataReason>;

/** Of larger files, which are split in a process of their own. */
export const metadataLimits: XmlLimits = {
  bytes: 8 * 1024 * 1024,
  depth: 64,
  elements: 200_000,
  attributes: 64,
  namespaces: 64,
};

interface MetadataFacts {
  readonly content: MetadataContent;
  readonly signature: { readonly present: boolean; readonly fault?: string; readonly verified?: Verified };
}

export const metadataChecks: readonly SamlCheck<MetadataFacts, MetadataExpected, MetadataCheckName>[] = [
  {
    name: 'signed',
    clause: 'SAML Metadata 3.1; Sweden Connect 2.1: with a pinned key, always',
    test: ({ signature }, { keys }) => (keys.length === 0 || signature.present ? undefined : 'not signed'),
  },
  {
    name: 'signature',
    clause: 'SAML Metadata 3.1',
    test: ({ signature }, { keys }) => (keys.length === 0 ? undefined : signature.fault),
  },
  {
    name: 'validUntil',
    clause: 'SAML Metadata 2.3.1, 2.3.2, 4.3.1',
    test: ({ content: { validUntil } }, { now }) =>
      validUntil !== undefined && validUntil <= now ? 'the metadata has expired' : undefined,
  },
  {
    name: 'entity',
    clause: 'SAML Metadata Query Protocol 3: what was asked for, and nothing else',
    test: ({ content: { entities } }, { entityId }) =>
      entityId === undefined || (entities.length === 1 && entities[0]?.entityId === entityId)
        ? undefined
        : 'not the entity that was asked for',
  },
  {
    name: 'sameEntityTwice',
    clause: 'SAML Metadata 2.3.2: an entity is described once, or it is open whose keys count',
    test: ({ content: { entities } }) =>
      new Set(entities.map(({ entityId }) => entityId)).size === entities.length ? undefined : 'an entity twice',
  },
];

/** Judges by the list; what is accepted was read from the bytes that a pinned key signed, where there is one. */
export function judgeMetadata(bytes: Uint8Array, expected: MetadataExpected, checks = metadataChecks): MetadataVerdict {
  const read = readXml(bytes, expected.limits ?? metadataLimits);
  if (!read.ok) return refuse(read.reason, 'the document cannot be read');
  const { document } = read;
  const present = isSigned(document.root);
  const result = present ? verifySignature(document, { keys: expected.keys, which: 'root' }) : undefined;
  const verified = result?.ok ? result.verified : undefined;
  const content = reading(() => readMetadata(verified?.element ?? document.root));
  if (!content.ok) return refuse('structure', content.because);
  const signature = {
    present,
    ...(result?.ok === false ? { fault: result.reason } : {}),
    ...(verified === undefined ? {} : { verified }),
  };
  return (
    firstRefusal(checks, { content: content.value, signature }, expected) ?? {
      accepted: true,
      signed: verified !== undefined,
      ...content.value,
    }
  );
}

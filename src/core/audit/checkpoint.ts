// A checkpoint of the log (C2SP tlog-checkpoint): its name, size and root at an instant, as a signed note.
import type { EpochMs } from '../../base/clock.ts';
import { digestBytes } from './merkle.ts';
import { type NoteSigner, type NoteVerifier, openNote } from './signed-note.ts';

export interface Checkpoint {
  /** Name of the log, as in the key that signs it. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  readonly root: Buffer;
  readonly at: EpochMs;
}

/** The checkpoint as a signed note; the instant is an extension line. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  const { origin, size, root, at } = checkpoint;
  return signer.sign(`${origin}\n${size}\n${root.toString('base64')}\nat ${new Date(at).toISOString()}\n`);
}

export type OpenedCheckpoint =
  | { readonly kind: 'good'; readonly checkpoint: Checkpoint; readonly by: NoteVerifier }
  | { readonly kind: 'malformed' | 'unknownKey' | 'forged' };

/** Opens a checkpoint note: signed by one of the keys, and the signed text is a checkpoint of that key's log. */
export function openCheckpoint(note: string, verifiers: readonly NoteVerifier[]): OpenedCheckpoint {
  const opened = openNote(note, verifiers);
  if (opened.kind !== 'signed') return opened;
  const checkpoint = parseCheckpointText(opened.text);
  if (checkpoint === undefined || checkpoint.origin !== opened.by.name) return { kind: 'malformed' };
  return { kind: 'good', checkpoint, by: opened.by };
}

function parseCheckpointText(text: string): Checkpoint | undefined {
  const [origin, size, root, ...extensions] = text.split('\n');
  if (!origin || size === undefined || root === undefined) return undefined;
  // C2SP tlog-checkpoint: decimal without leading zeros; the root in padded base64.
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) return undefined;
  const rootBytes = Buffer.from(root, 'base64');
  if (rootBytes.length !== digestBytes || rootBytes.toString('base64') !== root) return undefined;
  const at = Date.parse(extensions.find((line) => line.startsWith('at '))?.slice(3) ?? '');
  return Number.isNaN(at) ? undefined : { origin, size: Number(size), root: rootBytes, at };
}

/** What ends a note in a file of notes: a blank line after its signatures. */
export const noteEnd = '\n';

/**
 * Splits a file of notes, each ended by a blank line, as it is read in chunks. What is unfinished at the end
 * (a writer that was killed) is not a note; with `keepRest` it is one, for a file that a person made of a published note.
 */
export async function* splitNotes(
  chunks: AsyncIterable<string> | Iterable<string>,
  keepRest = false,
): AsyncGenerator<{ readonly note: string; readonly line: number }> {
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    rest += chunk;
    for (;;) {
      const body = rest.indexOf('\n\n');
      const end = body < 0 ? -1 : rest.indexOf('\n\n', body + 2);
      if (end < 0) break;
      yield { note: rest.slice(0, end + 1), line };
      line += rest.slice(0, end + 2).split('\n').length - 1;
      rest = rest.slice(end + 2);
    }
  }
  if (keepRest && rest.trim() !== '') yield { note: `${rest.trimEnd()}\n`, line };
}

// The file outside the database that every checkpoint is appended to, whole and synced, also across crashes.
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type CheckpointWitness,
  type NoteVerifier,
  noteEnd,
  openCheckpoint,
  splitNotes,
  type WitnessedCheckpoint,
} from '../../../core/audit/index.ts';
import { syncFolder } from './key-file.ts';

export interface WitnessFile extends CheckpointWitness {
  close(): Promise<void>;
}

/**
 * Opens the checkpoint file, making it when absent. What a killed writer left unfinished at its end is cut off: it was
 * never acknowledged, and the sealer appends it again.
 */
export async function openWitnessFile(path: string, verifiers: readonly NoteVerifier[]): Promise<WitnessFile> {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isNew = !existsSync(path);
  const file = await open(path, 'a+', 0o600);
  if (isNew) syncFolder(folder);
  let last: WitnessedCheckpoint | undefined;
  let whole = 0;
  for await (const { note } of splitNotes(createReadStream(path, { encoding: 'utf8' }))) {
    whole += Buffer.byteLength(note) + noteEnd.length;
    const opened = openCheckpoint(note, verifiers);
    if (opened.kind === 'good') last = { size: opened.checkpoint.size, root: opened.checkpoint.root };
  }
  if ((await file.stat()).size > whole) await file.truncate(whole);
  return witness(file, last);
}

function witness(file: FileHandle, found: WitnessedCheckpoint | undefined): WitnessFile {
  let last = found;
  return {
    last: () => last,
    append: async (notes, newest) => {
      if (notes.length === 0) return;
      await file.appendFile(notes.map((note) => note + noteEnd).join(''));
      await file.datasync();
      last = newest;
    },
    close: () => file.close(),
  };
}

// Applies files: what they say is read here, and compared and written by apps/hub/apply.
import { type ApplyOptions, type ApplyOutcome, applyInput } from '../../hub/apply/index.ts';
import { readFiles, readPeople } from './read-files.ts';

export interface ApplyFilesOptions extends Omit<ApplyOptions, 'input'> {
  /** Paths, in order. A section may be in one file alone or spread over several. */
  readonly files: readonly string[];
}

/** Applies the files, or says what is wrong with them. A second run of the same files changes nothing. */
export async function runApply({ files: paths, ...options }: ApplyFilesOptions): Promise<ApplyOutcome> {
  const { files, entries, sections, problems } = await readFiles(paths);
  if (problems.length > 0) return { ok: false, problems };
  const people = () => readPeople(paths, files);
  return applyInput({ ...options, input: { files, entries, sections, people } });
}

// Documents of the admin API as entries of `apply`: they may name only files that came with them, never one of this machine.
import { type ApplyInput, type Entry, unstorable } from '../apply/index.ts';
import type { Judged } from './judge.ts';

/** A document as an entry. */
export function entryOf(
  section: string,
  item: number,
  value: unknown,
  files: ReadonlyMap<string, Buffer> = new Map(),
): Entry {
  return {
    file: 'the request',
    section,
    value,
    read(name) {
      const bytes = files.get(name);
      if (bytes === undefined)
        throw new Error(`there is no file ${name} in the request: POST /apply takes files along, in \`files\``);
      return bytes;
    },
    problem: (path, message) => ({ file: 'the request', message, path, item }),
  };
}

/** Everything that was judged, to be applied together. */
export function inputOf(judged: readonly Judged[], files: ReadonlyMap<string, Buffer> | undefined): ApplyInput {
  const written = judged.flatMap(({ section, document }, item) =>
    document === undefined ? [] : [entryOf(section, item, document, files)],
  );
  const people = written.filter(({ section }) => section === 'people');
  const wrong = unstorable(people);
  return {
    files: [],
    entries: written.filter(({ section }) => section !== 'people'),
    sections: new Set(judged.map(({ section }) => section)),
    remove: judged.flatMap(({ section, id, document }) => (document === undefined ? [{ section, id }] : [])),
    covers: judged.map(({ section, id }) => `${section}/${id}`),
    async *people() {
      yield* wrong.length > 0 ? wrong : people;
    },
  };
}

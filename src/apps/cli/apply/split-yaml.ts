// Cuts a YAML file into its top-level sections and their list items, line by line, so that a file of any size is read
// in pieces that are parsed one at a time.

export interface Piece {
  /** The top-level name; empty for a file that is not sections of block YAML (JSON, a flow mapping): then one piece is the file. */
  readonly section: string;
  /** `item`: one item of a list, as a list of one. `section`: the whole section with its name. `file`: everything. */
  readonly kind: 'item' | 'section' | 'file';
  readonly text: string;
  /** Line of the file on which the text begins, from 1. */
  readonly line: number;
}

const sectionStart = /^(?:([A-Za-z][\w-]*)|"([^"]*)"|'([^']*)')\s*:(?:\s|$)/;
const nothing = /^\s*(?:#.*)?$/;

/**
 * The pieces in order. A list item begins at `- ` at the indent of the section's first item; in block YAML nothing
 * inside an item can stand that far left (YAML 1.2.2, 6.1), so no parsing is needed to find it.
 */
export async function* splitYaml(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Piece> {
  let section = '';
  let buffer: string[] = [];
  let begun = 1;
  let indent: number | undefined; // of the section's items, when it is a list
  let line = 0;
  let whole = false;

  const flush = function* (): Generator<Piece> {
    if (buffer.some((one) => !nothing.test(one))) {
      const kind = whole ? 'file' : indent === undefined ? 'section' : 'item';
      yield { section: whole ? '' : section, kind, text: `${buffer.join('\n')}\n`, line: begun };
    }
    buffer = [];
  };
  const begin = (text: string) => {
    buffer = [text];
    begun = line;
  };

  for await (const raw of lines) {
    line += 1;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (whole || (section === '' && nothing.test(text)) || /^%|^---\s*(#.*)?$/.test(text)) {
      if (whole) buffer.push(text);
      continue;
    }
    const start = sectionStart.exec(text);
    if (start) {
      yield* flush();
      section = start[1] ?? start[2] ?? start[3] ?? '';
      indent = undefined;
      begin(text);
      continue;
    }
    if (section === '') {
      whole = true;
      begin(text);
      continue;
    }
    const item = /^( *)-(?: |$)/.exec(text);
    const width = item?.[1]?.length ?? 0;
    if (
      item &&
      indent === undefined &&
      buffer.slice(1).every((one) => nothing.test(one)) &&
      /:\s*(#.*)?$/.test(buffer[0] ?? '')
    ) {
      indent = width;
      begin(text); // the section's own line and comments say nothing more
    } else if (item && width === indent) {
      yield* flush();
      begin(text);
    } else buffer.push(text);
  }
  yield* flush();
}

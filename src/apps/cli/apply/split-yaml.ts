// Cuts a YAML file into its top-level sections and their list items, line by line, so that a file of any size is read
// in pieces that are parsed one at a time.

export interface Piece {
  /** The top-level name; empty for a file that is not sections of block YAML (JSON, a flow mapping): then one piece is the file. */
  readonly section: string;
  /**
   * `item`: one item of a list, as a list of one. `section`: the whole section with its name. `file`: everything.
   * `tooLong`: the part that begins here is too long to be parsed; nothing comes after it.
   */
  readonly kind: 'item' | 'section' | 'file' | 'tooLong';
  readonly text: string;
  /** Line of the file on which the text begins, from 1. */
  readonly line: number;
  /** Line on which its section begins: the same for all items of one list. */
  readonly sectionLine: number;
}

const sectionStart = /^(?:([A-Za-z][\w-]*)|"([^"]*)"|'([^']*)')\s*:(?:\s|$)/;
const nothing = /^\s*(?:#[^\n]*)?$/;

/** Whether lines say no more than that a section begins. */
const isOnlyName = ([name, ...after]: readonly string[]): boolean =>
  after.every((one) => nothing.test(one)) && /:\s*(#[^\n]*)?$/.test(name ?? '');

/**
 * The pieces in order. A list item begins at `- ` at the indent of the section's first item; in block YAML nothing
 * inside an item can stand that far left (YAML 1.2.2, 6.1), so no parsing is needed to find it.
 */
export async function* splitYaml(
  lines: AsyncIterable<string> | Iterable<string>,
  mostCharacters = Number.POSITIVE_INFINITY,
): AsyncGenerator<Piece> {
  let section = '';
  let buffer: string[] = [];
  let begun = 1;
  let length = 0; // of the buffer, in characters
  let sectionLine = 1;
  let indent: number | undefined; // of the section's items, when it is a list
  let line = 0;
  let whole = false;

  const flush = function* (): Generator<Piece> {
    if (buffer.some((one) => !nothing.test(one))) {
      const kind = whole ? 'file' : indent === undefined ? 'section' : 'item';
      yield { section: whole ? '' : section, kind, text: `${buffer.join('\n')}\n`, line: begun, sectionLine };
    }
    buffer = [];
    length = 0;
  };
  const keep = (text: string) => {
    buffer.push(text);
    length += text.length + 1;
  };
  const begin = (text: string) => {
    buffer = [];
    length = 0;
    keep(text);
    begun = line;
  };

  for await (const raw of lines) {
    line += 1;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (length > mostCharacters) {
      yield { section, kind: 'tooLong', text: '', line: begun, sectionLine };
      return;
    }
    if (whole) {
      keep(text);
      continue;
    }
    if (section === '' && (nothing.test(text) || /^%|^---\s*(#.*)?$/.test(text))) continue;
    const start = sectionStart.exec(text);
    if (start) {
      yield* flush();
      section = start[1] ?? start[2] ?? start[3] ?? '';
      indent = undefined;
      begin(text);
      sectionLine = line;
      continue;
    }
    if (section === '') {
      whole = true;
      begin(text);
      continue;
    }
    const item = /^( *)-(?: |$)/.exec(text);
    const width = item?.[1]?.length ?? 0;
    if (item && indent === undefined && isOnlyName(buffer)) {
      indent = width;
      begin(text); // the section's own line and comments say nothing more
    } else if (item && width === indent) {
      yield* flush();
      begin(text);
    } else keep(text);
  }
  if (length > mostCharacters) yield { section, kind: 'tooLong', text: '', line: begun, sectionLine };
  else yield* flush();
}

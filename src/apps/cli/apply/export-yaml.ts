// Writes what is stored as the YAML that applies as no change, a piece at a time.
import { stringify } from 'yaml';
import { type CatalogueKind, catalogueSections, type StoredItem } from '../../../core/catalogue/index.ts';
import { type DirectoryReader, isPersonalNumberNamespace, type PersonRecord } from '../../../core/directory/index.ts';
import { personEntry, sectionNames, shownDoc } from '../../hub/apply/index.ts';

export interface ExportOptions {
  readonly items: readonly StoredItem[];
  readonly reader: DirectoryReader;
  /** Empty = all. */
  readonly sections: readonly string[];
  /** Values of these personal numbers; absent = they stay hidden. */
  readonly reveal?: ((identities: PersonRecord['identities']) => Promise<ReadonlyMap<string, string>>) | undefined;
  /** Write out people with protected identity as well. */
  readonly withProtected: boolean;
  /** Write out hashes of client secrets as well, for another hub. */
  readonly withSecrets: boolean;
}

const batchSize = 500;

/** Lines of YAML, section by section. */
export async function* exportYaml(options: ExportOptions): AsyncGenerator<string> {
  const wanted = sectionNames.filter((name) => options.sections.length === 0 || options.sections.includes(name));
  for (const section of wanted) {
    const kind = catalogueSections[section];
    if (kind === 'settings') yield* settings(options);
    else if (kind) yield* list(section, catalogueDocs(kind, options));
    else if (section === 'organisations') yield* list(section, await options.reader.organisations());
    else if (section === 'units') yield* list(section, await options.reader.units());
    else yield* people(options);
  }
}

const yaml = (value: unknown): string =>
  stringify(value, { version: '1.2', schema: 'core', lineWidth: 0, aliasDuplicateObjects: false });

function* list(section: string, items: readonly unknown[]): Generator<string> {
  yield items.length === 0 ? `${section}: []\n` : `${section}:\n`;
  for (const item of items) yield indented(item);
}

/** Not by `^` with the flag `m`: to it U+2028 begins a line as well, and it may stand in a name. */
const indented = (item: unknown): string => yaml([item]).replace(/(^|\n)(?=[^\n])/g, '$1  ');

function catalogueDocs(kind: CatalogueKind, { items, withSecrets }: ExportOptions): readonly unknown[] {
  return items.filter((item) => item.kind === kind).map(({ doc }) => shownDoc(kind, doc, withSecrets));
}

function* settings({ items, withSecrets }: ExportOptions): Generator<string> {
  const item = items.find(({ kind }) => kind === 'settings');
  if (item) yield yaml({ settings: shownDoc('settings', item.doc, withSecrets) });
}

async function* people({ reader, reveal, withProtected }: ExportOptions): AsyncGenerator<string> {
  let any = false;
  for (let after = ''; ; ) {
    const batch = await reader.peopleAfter(after, batchSize);
    if (batch.length > 0 && !any) yield 'people:\n';
    any ||= batch.length > 0;
    const values = reveal
      ? await reveal(
          batch.flatMap(({ identities }) => identities.filter(({ namespace }) => isPersonalNumberNamespace(namespace))),
        )
      : undefined;
    for (const person of batch) yield indented(personEntry(person, values, withProtected));
    if (batch.length < batchSize) break;
    after = batch.at(-1)?.id ?? '';
  }
  if (!any) yield 'people: []\n';
}

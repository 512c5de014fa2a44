// The import table of the house: apps -> edge -> core -> base, and what each ring may take from outside.
import { hasUnreadableImport, type Import, importsOf } from './imports.ts';
import { isTest, type SourceFile, withoutComments } from './source-tree.ts';

/** Core folders in their order: each may import those before it. */
export const coreOrder: readonly string[] = [
  'audit',
  'commit',
  'outbox',
  'catalogue',
  'metadata',
  'directory',
  'brake',
  'trust',
  'linking',
  'context',
  'policy',
  'sessions',
  'issuing',
  'grants',
  'provisioning',
  'ordering',
  'journey',
  'authority',
  'printing',
];

/** What the rings near the middle may take from node and npm: nothing that does input or output. */
const pureBuiltins = new Set([
  'node:crypto',
  'node:util',
  'node:buffer',
  'node:zlib',
  'node:assert',
  'node:url',
  'node:string_decoder',
]);
const basePackages = new Set(['jose', 'lru-cache', 'typebox', 'libxml2-wasm', 'pino']);
const corePackages = new Set(['lru-cache', 'typebox']);
/** Of `node:net`, base may ask what an address is, and nothing else. */
const addressQuestions =
  /^import \{ (type )?(isIP|isIPv4|isIPv6|BlockList)(, (isIP|isIPv4|isIPv6|BlockList))* \} from 'node:net';$/m;

/** Edge folders that own files; the only ones, besides apps, that may touch the file system. */
const fileOwners = [
  'src/edge/store/embedded/',
  'src/edge/store/backup/',
  'src/edge/store/hub/migrate.ts',
  'src/edge/store/authority/migrate.ts',
  'src/edge/keys/',
  'src/edge/sources/',
  'src/edge/connectors/smartcard/folder-crl-store.ts',
];

export interface Breach {
  readonly file: string;
  readonly rule: string;
}

interface Place {
  readonly ring: 'base' | 'wire' | 'core' | 'edge' | 'apps' | 'outside';
  /** core/X -> X; edge/G/X -> G/X; apps/X -> X; base/X -> X. */
  readonly folder: string;
}

function placeOf(path: string): Place {
  const [src, ring, first = '', second = ''] = path.split('/');
  if (src !== 'src') return { ring: 'outside', folder: '' };
  if (ring === 'edge') return { ring, folder: `${first}/${second}` };
  if (ring === 'base' || ring === 'wire' || ring === 'core' || ring === 'apps') return { ring, folder: first };
  return { ring: 'outside', folder: '' };
}

/** Every breach of the import table in a tree. Test files may import what they test with. */
export function importBreaches(files: readonly SourceFile[]): Breach[] {
  return files
    .filter((file) => file.path.startsWith('src/') && !isTest(file.path))
    .flatMap((file) => [...new Set(rulesBrokenBy(file))].map((rule) => ({ file: file.path, rule })));
}

function* rulesBrokenBy(file: SourceFile): Generator<string> {
  const from = placeOf(file.path);
  if (from.ring === 'outside') yield 'src holds base, wire, core, edge and apps only';
  if (hasUnreadableImport(file)) yield 'an import names its target as a plain string (no require, no computed import)';
  for (const found of importsOf(file)) {
    if (found.kind === 'own') yield* ownImport(from, file.path, found);
    else if (found.kind === 'builtin') yield* builtinImport(from, file, found);
    else yield* packageImport(from, found);
  }
  if (from.ring !== 'apps' && /\bprocess\s*\.\s*(env|argv)\b|\bprocess\[/.test(withoutComments(file.text))) {
    yield 'only apps read the environment and argv';
  }
}

function* ownImport(from: Place, path: string, { target }: Import): Generator<string> {
  const to = placeOf(target);
  if (isTest(target)) yield 'the program does not import tests';
  else if (to.ring === 'outside') {
    if (from.ring !== 'apps') yield `${from.ring} imports nothing from outside src (${target})`;
  } else if (from.ring === 'base') yield* fromBase(from, to);
  else if (from.ring === 'wire') yield* fromWire(to);
  else if (from.ring === 'core') yield* fromCore(from, to);
  else if (from.ring === 'edge') yield* fromEdge(from, to);
  else if (from.ring === 'apps') yield* fromApp(path, from.folder, to, target);
}

function* fromBase(from: Place, to: Place): Generator<string> {
  if (to.ring !== 'base') yield `base imports nothing of ours (${to.ring})`;
  else if (from.folder === 'schema' && to.folder !== 'schema') yield 'base/schema imports base/schema only';
}

function* fromWire(to: Place): Generator<string> {
  if (to.ring !== 'wire' && !(to.ring === 'base' && to.folder === 'schema'))
    yield `wire imports base/schema only (${to.ring}/${to.folder})`;
}

function* fromCore(from: Place, to: Place): Generator<string> {
  const here = coreOrder.indexOf(from.folder);
  if (here < 0) yield `core/${from.folder} has no place in the order of core folders`;
  if (to.ring === 'edge' || to.ring === 'apps') yield `core does not import ${to.ring}`;
  if (to.ring === 'wire' && to.folder !== 'codes') yield `of wire, core imports codes only (${to.folder})`;
  if (to.ring === 'core' && to.folder !== from.folder && coreOrder.indexOf(to.folder) > here) {
    yield `core/${from.folder} stands left of core/${to.folder}, so it may not import it`;
  }
}

function* fromEdge(from: Place, to: Place): Generator<string> {
  if (to.ring === 'apps') yield 'edge does not import apps';
  if (to.ring === 'edge' && to.folder !== from.folder) yield `edge/${from.folder} may not import edge/${to.folder}`;
}

const ofAuthority = (to: Place, target: string): boolean =>
  (to.ring === 'core' && to.folder === 'authority') ||
  target.startsWith('src/edge/ca-web/') ||
  to.folder === 'store/authority';

const authorityMay =
  /^src\/(base|wire)\/|^src\/core\/(audit|commit|outbox|authority)\/|^src\/edge\/(store\/authority|store\/backup|store\/log|store\/pool|keys|ca-web|web\/server)\//;

function* fromApp(path: string, app: string, to: Place, target: string): Generator<string> {
  if (to.ring === 'apps') {
    // The command line starts the hub; the hub brings the demo.
    const allowed =
      to.folder === app || (app === 'cli' && to.folder === 'hub') || (app === 'hub' && to.folder === 'demo');
    if (!allowed) yield `apps/${app} may not import apps/${to.folder}`;
  } else if (app === 'hub' || app === 'cli') {
    if (ofAuthority(to, target)) yield `apps/${app} may not import the authority (${target})`;
  } else if (app === 'authority') {
    if (!authorityMay.test(target)) yield `apps/authority may not import ${target}`;
  } else if (app === 'console') {
    if (to.ring !== 'wire') yield `apps/console imports wire only (${to.ring})`;
  } else if (to.ring !== 'base' && to.ring !== 'wire') {
    yield `apps/${app} imports base and wire only (${path} -> ${to.ring})`;
  }
}

function* builtinImport(from: Place, file: SourceFile, { target }: Import): Generator<string> {
  if (from.ring === 'wire' || (from.ring === 'base' && from.folder === 'schema')) {
    yield `${from.ring === 'wire' ? 'wire' : 'base/schema'} runs in the browser too: no ${target}`;
  } else if (from.ring === 'base' || from.ring === 'core') {
    const asksOnly = from.ring === 'base' && target === 'node:net' && addressQuestions.test(file.text);
    if (!pureBuiltins.has(target) && !asksOnly) yield `${from.ring} does no input or output (${target})`;
  } else if (from.ring === 'edge') {
    if (target === 'node:process') yield 'only apps read the environment and argv';
    if (/^node:fs\b/.test(target) && !fileOwners.some((owner) => file.path.startsWith(owner))) {
      yield 'only apps, and edge folders that own files, touch the file system';
    }
  }
}

function* packageImport(from: Place, { target }: Import): Generator<string> {
  if (from.ring === 'wire') yield `wire imports no package (${target})`;
  if (from.ring === 'base' && !basePackages.has(target))
    yield `base does not import ${target}: it is not on its short list`;
  if (from.ring === 'core' && !corePackages.has(target))
    yield `core does no input or output, and does not import ${target}`;
}

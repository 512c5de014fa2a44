// A SCIM user resource (RFC 7643 4.1): read as an account, and changed at the paths that rules name.
import { type ScimPath, scimPathOf } from '../../../core/catalogue/index.ts';
import type { AccountAttributes, ActualAccount } from '../../../core/provisioning/index.ts';
import { isObject, type Json } from './caller.ts';

export const coreSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export interface ScimNames {
  readonly markAttribute: string;
  readonly endAttribute?: string | undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** Names of attributes are written as anybody likes (RFC 7643 2.1); those of the answer are looked up so. */
const member = (of: unknown, name: string): unknown => {
  if (!isObject(of)) return undefined;
  const small = name.toLowerCase();
  return Object.entries(of).find(([key]) => key.toLowerCase() === small)?.[1];
};

const pathOf = (name: string): ScimPath => {
  const path = scimPathOf(name);
  if (path === undefined) throw new Error(`the hub writes no ${name} by SCIM`);
  return path;
};

const ofType =
  (type: string) =>
  (one: unknown): boolean =>
    textOf(member(one, 'type'))?.toLowerCase() === type;

/** What stands at a path; undefined when nothing does. */
export function valueAt(resource: Json, name: string): string | undefined {
  const path = pathOf(name);
  switch (path.kind) {
    case 'plain':
      return textOf(member(resource, path.name));
    case 'part':
      return textOf(member(member(resource, path.of), path.name));
    case 'typed': {
      const all = member(resource, path.of);
      return Array.isArray(all) ? textOf(member(all.find(ofType(path.type)), 'value')) : undefined;
    }
    case 'extension':
      return textOf(member(member(resource, path.schema), path.name));
  }
}

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The operation that writes one value, or takes it away, into a resource as it is now (RFC 7644 3.5.2). */
export function operationFor(resource: Json, name: string, value: string | undefined): PatchOperation | undefined {
  const path = pathOf(name);
  const there = valueAt(resource, name) !== undefined;
  if (value === undefined) {
    if (!there) return undefined;
    return { op: 'remove', path: path.kind === 'typed' ? `${path.of}[type eq "${path.type}"]` : name };
  }
  // A filter that finds nothing is an error (3.5.2.3): the first of its type is added.
  if (path.kind === 'typed' && !there) return { op: 'add', path: path.of, value: [{ type: path.type, value }] };
  return { op: 'replace', path: name, value };
}

/** A resource with values written or taken away: for a new one, and for services that only replace. */
export function withValues(resource: Json, values: AccountAttributes): Json {
  const next: Record<string, unknown> = structuredClone(resource) as Record<string, unknown>;
  /** The name under which the service gave it. */
  const key = (of: Json, name: string): string =>
    Object.keys(of).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  const put = (of: Record<string, unknown>, name: string, value: string | undefined): void => {
    if (value === undefined) delete of[key(of, name)];
    else of[key(of, name)] = value;
  };
  const within = (name: string): Record<string, unknown> => {
    const at = key(next, name);
    const inner = isObject(next[at]) ? (next[at] as Record<string, unknown>) : {};
    next[at] = inner;
    return inner;
  };
  for (const [name, [value]] of Object.entries(values)) {
    const path = pathOf(name);
    if (path.kind === 'plain') put(next, path.name, value);
    else if (path.kind === 'part') put(within(path.of), path.name, value);
    else if (path.kind === 'extension') {
      put(within(path.schema), path.name, value);
      const schemas = Array.isArray(next['schemas']) ? (next['schemas'] as unknown[]) : [coreSchema];
      next['schemas'] = schemas.includes(path.schema) ? schemas : [...schemas, path.schema];
    } else {
      const at = key(next, path.of);
      const all = Array.isArray(next[at]) ? (next[at] as unknown[]) : [];
      const others = all.filter((one) => !ofType(path.type)(one));
      next[at] = value === undefined ? others : [...others, { type: path.type, value }];
    }
  }
  return next;
}

/** Groups of the user as the resource names them; undefined when the service leaves them out. */
export function groupsSaid(resource: Json): readonly { readonly id: string; readonly name: string }[] | undefined {
  const all = member(resource, 'groups');
  if (!Array.isArray(all)) return undefined;
  return all.map((one) => ({ id: textOf(member(one, 'value')) ?? '', name: textOf(member(one, 'display')) ?? '' }));
}

/** The account that a resource is. `groups`: those of the rules that it is in. */
export function accountOfResource(
  resource: Json,
  { markAttribute, endAttribute }: ScimNames,
  attributes: readonly string[],
  groups: readonly string[],
): ActualAccount {
  const id = textOf(member(resource, 'id')) ?? '';
  const principal = textOf(member(resource, 'userName')) ?? '';
  const end = endAttribute === undefined ? undefined : Date.parse(valueAt(resource, endAttribute) ?? '');
  return {
    id,
    address: id,
    key: textOf(member(resource, 'externalId')) ?? '',
    mark: valueAt(resource, markAttribute),
    loginName: principal.replace(/@[^@]*$/, ''),
    principal,
    container: '',
    // Absent means nothing (RFC 7643 4.1.1): taken for open, so that it is closed rather than overlooked.
    enabled: member(resource, 'active') !== false,
    hasPassword: true,
    ...(end === undefined || Number.isNaN(end) ? {} : { expiresAt: end }),
    attributes: Object.fromEntries(
      attributes.map((name) => {
        const value = valueAt(resource, name);
        return [name, value === undefined ? [] : [value]];
      }),
    ),
    groups,
  };
}

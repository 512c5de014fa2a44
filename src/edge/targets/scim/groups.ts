// Groups of a SCIM service by the names that rules have for them, and who is in them (RFC 7643 4.2).
import { Problem } from '../../../base/problem.ts';
import { filterValue, isObject, type Json, listOf, type ScimAnswer, type ScimCall, segment } from './caller.ts';
import { groupsSaid, patchSchema } from './resource.ts';

/** A rule names a group by what it is called there, or by its id: `id:42`. */
const idOf = (group: string): string | undefined => (group.startsWith('id:') ? group.slice(3) : undefined);

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The id of the group that a rule names; undefined when there is none, or more than one of the name. */
export async function findGroup(call: ScimCall, group: string): Promise<string | undefined> {
  const id = idOf(group);
  if (id !== undefined) {
    const { status } = await call({
      method: 'GET',
      path: `/Groups/${segment(id)}`,
      query: { excludedAttributes: 'members' },
    });
    return status === 200 ? id : undefined;
  }
  const filter = `displayName eq ${filterValue(group)}`;
  const answer = await call({
    method: 'GET',
    path: '/Groups',
    query: { filter, attributes: 'id,displayName', count: 10 },
  });
  const found = listOf(answer).resources.filter((one) => same(String(one['displayName'] ?? ''), group));
  return found.length === 1 ? String(found[0]?.['id'] ?? '') : undefined;
}

/** Ids of a group's members: of the whole resource, for not every service can be asked about one of them. */
export async function membersOf(call: ScimCall, id: string): Promise<ReadonlySet<string>> {
  const { status, body } = await call({ method: 'GET', path: `/Groups/${segment(id)}` });
  if (status === 404) return new Set();
  if (status !== 200)
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `a group was answered with HTTP ${status}` });
  return new Set(memberList(body).map((one) => String(one['value'] ?? '')));
}

const memberList = (group: Json): readonly Json[] =>
  Array.isArray(group['members']) ? group['members'].filter(isObject) : [];

/** Who is in which of the rules' groups: what the users' own resources say, else asked of each group, once. */
export function groupReader(call: ScimCall, groups: readonly string[]) {
  let asked: Promise<readonly (readonly [group: string, members: ReadonlySet<string>])[]> | undefined;
  const all = async () => {
    const read: (readonly [string, ReadonlySet<string>])[] = [];
    for (const group of groups) {
      const id = await findGroup(call, group);
      if (id !== undefined) read.push([group, await membersOf(call, id)]);
    }
    return read;
  };
  return async (resource: Json): Promise<readonly string[]> => {
    if (groups.length === 0) return [];
    const said = groupsSaid(resource);
    if (said !== undefined)
      return groups.filter((group) => said.some(({ id, name }) => idOf(group) === id || same(name, group)));
    asked ??= all();
    const id = String(resource['id'] ?? '');
    return (await asked).filter(([, members]) => members.has(id)).map(([group]) => group);
  };
}

/** Puts somebody into a group or takes them out, alone: what others write at the same time stays. */
export async function patchMember(call: ScimCall, group: string, user: string, into: boolean): Promise<ScimAnswer> {
  const operation = into
    ? { op: 'add', path: 'members', value: [{ value: user }] }
    : { op: 'remove', path: `members[value eq ${filterValue(user)}]` };
  const body = { schemas: [patchSchema], Operations: [operation] };
  const answer = await call({ method: 'PATCH', path: `/Groups/${segment(group)}`, body });
  // A path that finds nothing: out already (RFC 7644 3.5.2.2).
  return !into && answer.status === 400 && answer.body['scimType'] === 'noTarget' ? { status: 204, body: {} } : answer;
}

/** The same where a group is only replaced: on the version that was read, and once more when it changed meanwhile. */
export async function replaceMember(call: ScimCall, group: string, user: string, into: boolean): Promise<ScimAnswer> {
  const path = `/Groups/${segment(group)}`;
  for (let tries = 0; ; tries += 1) {
    const now = await call({ method: 'GET', path });
    if (now.status !== 200) return now;
    const { meta: _, ...rest } = now.body;
    const others = memberList(rest).filter(({ value }) => value !== user);
    const body = { ...rest, members: into ? [...others, { value: user }] : others };
    const answer = await call({ method: 'PUT', path, body, ifMatch: now.version });
    if (answer.status !== 412 || tries > 0) return answer;
  }
}

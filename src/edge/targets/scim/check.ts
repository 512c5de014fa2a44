// What keeps a SCIM service from working as a target, in words for who sets it up; changes nothing.
import { scimPathOf } from '../../../core/catalogue/index.ts';
import type { TargetFault } from '../../../core/provisioning/index.ts';
import { filterValue, isObject, listOf, type ScimCall } from './caller.ts';
import type { ScimFeatures } from './features.ts';
import { coreSchema, type ScimNames } from './resource.ts';

/** Names of attributes that a schema has; undefined when the service does not show it. */
async function attributesOf(call: ScimCall, schema: string): Promise<ReadonlySet<string> | undefined> {
  const { status, body } = await call({ method: 'GET', path: `/Schemas/${encodeURIComponent(schema)}` });
  const { attributes } = body;
  if (status !== 200 || !Array.isArray(attributes)) return undefined;
  return new Set(attributes.filter(isObject).map(({ name }) => String(name).toLowerCase()));
}

export async function checkService(
  call: ScimCall,
  { markAttribute, endAttribute }: ScimNames,
  features: () => Promise<ScimFeatures>,
): Promise<readonly TargetFault[]> {
  const faults: TargetFault[] = [];
  const { filter, patch } = await features();
  if (!filter) faults.push({ what: 'filter', why: 'it searches by no attribute: nobody can be found by externalId' });
  else {
    const query = { filter: `externalId eq ${filterValue('tillit-check')}`, count: 1 };
    const { resources } = listOf(await call({ method: 'GET', path: '/Users', query }));
    if (resources.some(({ externalId }) => externalId !== 'tillit-check'))
      faults.push({ what: 'filter', why: 'it answers a search by externalId with others than were asked for' });
  }
  for (const name of [markAttribute, endAttribute]) {
    const path = name === undefined ? undefined : scimPathOf(name);
    if (path === undefined || (path.kind !== 'plain' && path.kind !== 'extension')) continue;
    const known = await attributesOf(call, path.kind === 'plain' ? coreSchema : path.schema);
    if (known !== undefined && !known.has(path.name.toLowerCase()))
      faults.push({ what: name ?? '', why: 'the service has no such attribute' });
  }
  if (!patch)
    faults.push({ what: 'patch', why: 'it only replaces: each change is sent as the whole user', note: true });
  if (endAttribute === undefined)
    faults.push({
      what: 'end',
      why: 'SCIM keeps no end of an account: the hub closes it at its time, and with the hub down it stays open until it is back',
      note: true,
    });
  return faults;
}

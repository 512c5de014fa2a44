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

/** What the schemas that the service shows do not have (RFC 7643 7). One that shows none is believed to have everything. */
async function schemaFaults(
  call: ScimCall,
  own: readonly string[],
  written: readonly string[],
): Promise<readonly TargetFault[]> {
  const shown = new Map<string, ReadonlySet<string> | undefined>();
  const read = async (schema: string): Promise<ReadonlySet<string> | undefined> => {
    if (!shown.has(schema)) shown.set(schema, await attributesOf(call, schema));
    return shown.get(schema);
  };
  const core = await read(coreSchema);
  const faults: TargetFault[] = [];
  for (const what of new Set([...own, ...written])) {
    const path = scimPathOf(what);
    if (path === undefined) continue;
    const isOfRule = !own.includes(what);
    const known = path.kind === 'extension' ? await read(path.schema) : core;
    const name = path.kind === 'part' || path.kind === 'typed' ? path.of : path.name;
    const because = isOfRule ? 'a rule writes it, and ' : '';
    if (known === undefined && core !== undefined)
      faults.push({ what, why: `${because}the service shows no such schema` });
    else if (known !== undefined && !known.has(name.toLowerCase()))
      faults.push({ what, why: `${because}the service has no such attribute` });
  }
  return faults;
}

export async function checkService(
  call: ScimCall,
  { markAttribute, endAttribute }: ScimNames,
  features: () => Promise<ScimFeatures>,
  written: readonly string[] = [],
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
  faults.push(
    ...(await schemaFaults(call, [markAttribute, ...(endAttribute === undefined ? [] : [endAttribute])], written)),
  );
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

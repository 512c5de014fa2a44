// An API's limits as policy rules: what its owner registered is decided, explained and tried out like any other rule.
import { type Api, takesMachines } from '../catalogue/api.ts';
import type { PolicyRule, RuleCondition, RuleEffect } from '../catalogue/policy-rule.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';

type Subject = 'person' | 'machine';

/** One rule of an API: `api.<id>.<limit>`, for tickets for that API alone. */
function ruleOf(
  api: Api,
  limit: string,
  then: RuleEffect,
  more: Pick<PolicyRule, 'unless' | 'reason'> & { readonly when?: RuleCondition; readonly says: string },
): PolicyRule {
  const { says, when = {}, ...rest } = more;
  return {
    id: `api.${api.id}.${limit}`,
    title: `${api.name.en}: ${says}`,
    owner: api.owner?.contact ?? api.id,
    when: { apis: [api.id], ...when },
    then,
    ...rest,
  };
}

const deny: RuleEffect = { kind: 'deny' };

/** The rules that an API's record stands for. A limit that is not there makes no rule. */
function compile(api: Api, subject: Subject): readonly PolicyRule[] {
  const { organisations, clients, roles, professions, networks, hours } = api.limits;
  const rules: PolicyRule[] = [];
  if (clients !== undefined) {
    const applications = clients.map(({ client }) => client);
    const reason = 'policy.clientNotAllowed';
    rules.push(ruleOf(api, 'clients', deny, { says: 'approved applications', unless: { applications }, reason }));
    for (const scope of api.scopes) {
      const approved = clients.filter(({ scopes }) => scopes === undefined || scopes.includes(scope));
      if (approved.length === clients.length) continue;
      const unless = { applications: approved.map(({ client }) => client) };
      const says = `applications approved for ${scope}`;
      rules.push(ruleOf(api, `clients.${scope}`, deny, { says, when: { scopes: [scope] }, unless, reason }));
    }
  }
  if (organisations !== undefined) {
    const reason = 'policy.organisationNotAllowed';
    rules.push(ruleOf(api, 'organisations', deny, { says: 'organisations', unless: { organisations }, reason }));
  }
  if (networks !== undefined) {
    const reason = 'policy.networkNotAllowed';
    rules.push(ruleOf(api, 'networks', deny, { says: 'networks', unless: { networks }, reason }));
  }
  if (hours !== undefined) {
    rules.push(ruleOf(api, 'hours', deny, { says: 'hours', unless: { hours }, reason: 'policy.outsideHours' }));
  }
  if (subject === 'machine') {
    const reason = 'policy.clientNotAllowed';
    if (!takesMachines(api)) rules.push(ruleOf(api, 'machines', deny, { says: 'only for people', reason }));
    return rules;
  }
  if (roles !== undefined) {
    rules.push(ruleOf(api, 'roles', deny, { says: 'roles', unless: { roles }, reason: 'policy.roleNotAllowed' }));
  }
  if (professions !== undefined) {
    const unless = { person: { profession: professions } };
    rules.push(ruleOf(api, 'professions', deny, { says: 'professions', unless, reason: 'policy.roleNotAllowed' }));
  }
  if (api.minimumAssurance !== undefined) {
    const effect = { kind: 'requireAssurance', assurance: api.minimumAssurance } as const;
    rules.push(
      ruleOf(api, 'assurance', effect, { says: `at least ${api.minimumAssurance}`, reason: 'policy.assuranceTooLow' }),
    );
  }
  return rules;
}

const known: Readonly<Record<Subject, WeakMap<Api, readonly PolicyRule[]>>> = {
  person: new WeakMap(),
  machine: new WeakMap(),
};

/** `compile`, done once for each record. */
export function rulesOfApi(api: Api, subject: Subject = 'person'): readonly PolicyRule[] {
  const made = known[subject].get(api) ?? compile(api, subject);
  known[subject].set(api, made);
  return made;
}

/** All rules that a ticket for these APIs is held against: the catalogue's, then each API's own. */
export function rulesFor(
  { rules, apis }: Pick<CatalogueSnapshot, 'rules' | 'apis'>,
  wanted: readonly string[],
  subject: Subject = 'person',
): readonly PolicyRule[] {
  const own = wanted.flatMap((id) => {
    const api = apis.get(id);
    return api === undefined ? [] : rulesOfApi(api, subject);
  });
  return [...rules.values(), ...own];
}

// Reads what providers of whole sources are found by: the listed entities, and the numbers of organisations.
import { entityAttributeNames, type Scope } from '../../../base/saml/index.ts';
import type { ListedProvider, MemberReads } from '../../../core/metadata/index.ts';
import type { Queryable } from './audit-insert.ts';

export interface MemberStore extends MemberReads {
  /** Another text when anything of what these sources list changed. */
  stamp(sources: readonly string[]): Promise<string>;
}

/** Port: members. Everything is as it was committed when it was asked for. */
export function memberReads(pool: Queryable): MemberStore {
  return {
    async listed(source) {
      const { rows } = await pool.query<{
        entity_id: string;
        names: Readonly<Record<string, string>>;
        scopes: readonly Scope[] | null;
        certified: readonly (readonly string[])[] | null;
      }>({
        name: 'metadata-members',
        text: `SELECT entity_id, names, facts #> '{idp,scopes}' AS scopes,
                 jsonb_path_query_array(facts, '$.entityAttributes[*] ? (@.name == $name).values', jsonb_build_object('name', $2::text)) AS certified
               FROM hub.metadata_entity WHERE source = $1 AND 'idp' = ANY (roles) AND words IS NOT NULL AND gone_at IS NULL ORDER BY entity_id`,
        values: [source, entityAttributeNames.assuranceCertification],
      });
      return rows.map(({ entity_id, names, scopes, certified }): ListedProvider => {
        const values = (certified ?? []).flat();
        return {
          entityId: entity_id,
          names,
          scopes: scopes ?? [],
          certified: values.length === 0 ? undefined : values,
        };
      });
    },
    async numbers(organisations) {
      if (organisations.length === 0) return new Map();
      const { rows } = await pool.query<{ id: string; number: string }>(
        'SELECT id, number FROM hub.organisation WHERE id = ANY ($1) AND number IS NOT NULL AND NOT closed',
        [organisations],
      );
      return new Map(rows.map(({ id, number }) => [id, number]));
    },
    async stamp(sources) {
      const { rows } = await pool.query<{ stamp: string | null }>(
        `SELECT string_agg(concat_ws(' ', source, entities, changed, gone), ',' ORDER BY source) AS stamp FROM (
           SELECT source, count(*) AS entities, max(changed_at) AS changed, count(gone_at) AS gone
           FROM hub.metadata_entity WHERE source = ANY ($1) GROUP BY source) AS each`,
        [sources],
      );
      return rows[0]?.stamp ?? '';
    },
  };
}

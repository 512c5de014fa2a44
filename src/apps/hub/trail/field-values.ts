// Values for the completion of a question: ids that are in use, of people and organisations that the asker may see.
import type pg from 'pg';
import { searchWords } from '../../../base/search-words.ts';
import type { Completion, FieldValues } from '../../../core/audit/query/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { AuditScope } from '../../../edge/store/hub/audit-condition.ts';
import { localized } from '../../../wire/codes/index.ts';

export function fieldValues(pool: pg.Pool, catalogue: CatalogueSnapshot, scope: AuditScope): FieldValues {
  const organisations = scope === 'all' ? null : [...scope];
  const named = (
    records: Iterable<{ readonly id: string; readonly name: Parameters<typeof localized>[0] }>,
    begins: string,
    most: number,
  ): readonly Completion[] => {
    const words = searchWords(begins);
    const fits = (text: string): boolean =>
      words.every((word) => searchWords(text).some((each) => each.startsWith(word)));
    return [...records]
      .map(({ id, name }) => ({ text: id, label: localized(name, 'en') }))
      .filter(({ text, label }) => text.startsWith(begins) || fits(`${text} ${label}`))
      .slice(0, most);
  };
  return {
    async values(field, begins, most) {
      const { applications, samlApplications, providers } = catalogue;
      if (field === 'application') return named([...applications.values(), ...samlApplications.values()], begins, most);
      if (field === 'provider') return named(providers.values(), begins, most);
      const like = `${begins.replace(/[\\%_]/g, '\\$&')}%`;
      if (field === 'organisation') {
        const { rows } = await pool.query<Completion>(
          `SELECT id AS text, name AS label FROM hub.organisation
           WHERE (id LIKE $1 OR lower(name COLLATE "C") LIKE lower($1)) AND ($2::text[] IS NULL OR id = ANY ($2)) ORDER BY id LIMIT $3`,
          [like, organisations, most],
        );
        return rows;
      }
      if (field !== 'person') return [];
      // Nobody with a protected identity is found by a name.
      const { rows } = await pool.query<Completion>(
        `SELECT p.id AS text, CASE WHEN p.protected_identity THEN NULL ELSE p.given_name || ' ' || p.family_name END AS label FROM hub.person p
         WHERE (p.id LIKE $1 OR (NOT p.protected_identity AND lower((p.given_name || ' ' || p.family_name) COLLATE "C") LIKE lower($1))
             OR (NOT p.protected_identity AND lower(p.family_name COLLATE "C") LIKE lower($1)))
           AND ($2::text[] IS NULL OR EXISTS (SELECT 1 FROM hub.assignment a WHERE a.person = p.id AND a.organisation = ANY ($2)))
         ORDER BY p.id LIMIT $3`,
        [like, organisations, most],
      );
      return rows.map(({ text, label }) => ({ text, label: label ?? undefined }));
    },
  };
}

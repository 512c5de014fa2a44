// What POST /apply takes: several items in one transaction, and the files that their documents name.
import { anyJson, either, list, namedValues, oneOf, optional, record, text, word } from '../../../base/schema/index.ts';
import { id } from '../../../core/catalogue/index.ts';
import { adminKinds } from './kinds.ts';

const kind = () =>
  oneOf(
    adminKinds.map(({ section }) => section),
    { title: 'Kind' },
  );
const tags = () =>
  list(text({ pattern: '^"[\\x21\\x23-\\x7e]*"$', maxLength: 100, allowed: 'an ETag in quotes' }), {
    title: 'It must have one of these ETags',
    maxItems: 10,
  });

export const applyRequestSchema = record({
  items: list(
    either([
      record({
        kind: kind(),
        id: id(),
        document: namedValues(anyJson(), { title: 'As it is to be' }),
        ifMatch: optional(tags()),
        ifNoneMatch: optional(word('*')),
      }),
      record({ kind: kind(), id: id(), remove: word(true), ifMatch: optional(tags()) }),
    ]),
    { title: 'Items', minItems: 1, maxItems: 1000 },
  ),
  files: optional(
    namedValues(text({ maxLength: 1_400_000, pattern: '^[A-Za-z0-9+/]*={0,2}$', allowed: 'bytes in base64' }), {
      title: 'What documents name by `file`, `secretFile` and the like',
      names: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    }),
  ),
});

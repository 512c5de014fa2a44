// The description is OpenAPI 3.1 by an outside validator, names every route, and its schemas are JSON Schema that read what the hub reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Check } from 'typebox/value';
import { parse, type TSchema } from '../../../base/schema/index.ts';
import { catalogueSections } from '../../../core/catalogue/index.ts';
import { sampleItems } from '../../../core/catalogue/sample-items.ts';
import { adminKinds } from './kinds.ts';
import { openApiDocument, plainSchema } from './open-api.ts';
import { adminApiBase, adminApiRoutes } from './routes.ts';

const description = JSON.parse(JSON.stringify(openApiDocument())) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

test('an outside validator finds it to be OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(description) as never);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
  const broken = { ...structuredClone(description), paths: { '/x': { get: { responses: 7 } } } };
  assert.equal((await new Validator().validate(broken as never)).valid, false);
});

test('every route is described, and nothing else', () => {
  const routes = adminApiRoutes({} as never)
    .filter(({ path }) => !path.endsWith('/openapi.json'))
    .map(({ method, path }) => `${method} ${path.slice(adminApiBase.length).replaceAll(/:([a-z]+)/gi, '{$1}')}`);
  const described = Object.entries(description.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => name !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(described.sort(), routes.sort());
});

test('a document that the hub reads fits its schema, and one that it refuses does not', () => {
  const kindOf = catalogueSections;
  for (const { section, schema } of adminKinds) {
    const plain = JSON.parse(JSON.stringify(plainSchema(schema))) as TSchema;
    const right = sampleItems().filter(({ kind }) => kind === kindOf[section]);
    for (const { id, doc } of right) {
      assert.ok(parse(schema, doc).ok, id);
      assert.ok(Check(plain, doc), `${section} ${id}`);
      const wrong = { ...(doc as object), surely_not_a_member: 1 };
      assert.deepEqual([parse(schema, wrong).ok, Check(plain, wrong)], [false, false], `${section} ${id}`);
    }
  }
});

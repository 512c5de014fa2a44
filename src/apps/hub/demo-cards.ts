// The demo's soft cards as downloads, for a browser that does not run where the files lie. Each is locked by the passphrase.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../../base/http/index.ts';
import { Problem } from '../../base/problem.ts';

const fileName = /^[a-z0-9-]+\.p12$/;

/** GET /demo/cards/kari-simple.p12. Only names that are in the folder now are served. */
export function demoCardRoute(folder: string): Route {
  return {
    method: 'GET',
    path: '/demo/cards/:file',
    handle: ({ params }) => {
      const file = readdirSync(folder).find((name) => name === params.file && fileName.test(name));
      if (file === undefined) throw new Problem({ kind: 'notFound', code: 'notFound' });
      return {
        status: 200,
        headers: {
          'content-type': 'application/x-pkcs12',
          'content-disposition': `attachment; filename="${file}"`,
          'cache-control': 'no-store',
        },
        body: readFileSync(join(folder, file)),
      };
    },
  };
}

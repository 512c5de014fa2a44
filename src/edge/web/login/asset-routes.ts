// The stylesheet and each brand's colours, under names of their content, kept by browsers for a year.
import { immutable, type Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { Brand } from '../../../core/catalogue/index.ts';
import { brandStyle } from './brand-style.ts';
import { styleHash, styleSheet } from './style.ts';

const css = 'text/css; charset=utf-8';

/** Routes of the styles. A name of another version (two hubs side by side) gets this version, not to be kept. */
export function assetRoutes(brandById: (id: string) => Brand | undefined): readonly Route[] {
  const serve = (body: string, right: boolean) => {
    const answer = immutable(css, body);
    return right ? answer : { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
  };
  return [
    {
      method: 'GET',
      path: '/assets/style/:hash',
      handle: ({ params }) => serve(styleSheet, params.hash === styleHash),
    },
    {
      method: 'GET',
      path: '/assets/brand/:id/:hash',
      handle: ({ params }) => {
        const brand = brandById(params.id ?? '');
        if (!brand) throw new Problem({ kind: 'notFound', code: 'notFound' });
        const style = brandStyle(brand);
        return serve(style.css, params.hash === style.hash);
      },
    },
  ];
}

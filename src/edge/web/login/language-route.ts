// Changes the language outside a login: remembered in a cookie, then back to the page.
import { comesFromSameOrigin, type Route, readForm, seeOther } from '../../../base/http/index.ts';
import { isLocale } from '../../../wire/texts/index.ts';
import { localeCookie } from './cookies.ts';

/** A path of our own, without a scheme or a host; and without a query, but for the code of a device. */
const ownPath = /^\/(?!\/)[A-Za-z0-9/._-]{0,200}(?:\?user_code=[A-Z0-9-]{1,40})?$/;

/** POST /language. `origin` is the hub's own. */
export function languageRoute(origin: string): Route {
  return {
    method: 'POST',
    path: '/language',
    maxBodyBytes: 1024,
    handle: (request) => {
      const form = comesFromSameOrigin(request, origin) ? readForm(request) : undefined;
      if (!form?.ok || form.duplicates.length > 0) return seeOther('/');
      const back = form.fields.get('_back') ?? '/';
      const locale = form.fields.get('_locale');
      return seeOther(ownPath.test(back) ? back : '/', isLocale(locale) ? [localeCookie(locale)] : []);
    },
  };
}

// `GET /readyz`: 200 while every issuing authority can sign, 503 when one cannot.
import { json, type Route } from '../../../base/http/index.ts';

/** `faults`: why an authority cannot sign, by its id. The reasons are the log's alone: this listener is for everybody. */
export const readyRoute = (faults: () => ReadonlyMap<string, string>): Route => ({
  method: 'GET',
  path: '/readyz',
  handle() {
    const cannotSign = [...faults().keys()];
    const ready = cannotSign.length === 0;
    return json(ready ? 200 : 503, ready ? { ready } : { ready, cannotSign });
  },
});

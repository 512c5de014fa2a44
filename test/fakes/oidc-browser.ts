// Cookies and pages as the OpenID provider in memory sees them.
import { parseCookies } from '../../src/base/http/index.ts';
import type { BrowserFace } from '../../src/edge/frontends/oidc/index.ts';

export const fakeBrowser: BrowserFace = {
  read: (request) => ({ ip: request.ip, agent: 'Test', session: parseCookies(request.headers.cookie).get('s') }),
  cookies: (turn) => (turn.kind === 'done' && turn.cookie ? [`s=${turn.cookie.value}`] : []),
  forget: () => ['s=; Max-Age=0'],
  loginUrl: (journey) => `https://hub.example/login/${journey}`,
  deviceUrl: (code) => `https://hub.example/device${code === undefined ? '' : `?user_code=${code}`}`,
  deviceEndUrl: (end) => `https://hub.example/device/${end}`,
  requestsUrl: (end) => `https://hub.example/requests${end === undefined ? '' : `/${end}`}`,
  confirmLogoutUrl: (to) => `https://hub.example/logout?${new URLSearchParams(to as never)}`,
  loggedOutUrl: (session, to) => `https://hub.example/logged-out/${session}?${new URLSearchParams(to as never)}`,
};

// What an authorization request must be like, pushed and through the browser: every check.
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { browse } from '../../../../test/fakes/oidc-requests.ts';
import { contentCases, originCases } from '../../../../test/fakes/request-cases.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';

const push: Ask = (hub, { client: id = 'ehr', form = {}, ...sent }) => new OidcClient(hub, id).push(form, sent);

describeChecks('push', [
  ...formCases(push),
  ...clientCases(push),
  ...dpopCases('par', push),
  {
    check: 'request.nested',
    what: 'a request_uri in a pushed request (O10)',
    run: (hub) => push(hub, { form: { request_uri: 'https://evil.example/request' } }),
  },
  { check: 'request.clientId', what: 'absent', run: (hub) => push(hub, { form: { client_id: undefined } }) },
  ...originCases((hub, form) => push(hub, { form }), 'ehr'),
  ...contentCases((hub, form) => push(hub, { form }), 'ehr'),
  {
    check: 'request.dpopKey',
    what: 'another than the proof’s',
    run: (hub) => {
      const client = new OidcClient(hub, 'ehr');
      return client.push({ dpop_jkt: 'x'.repeat(43) }, { headers: { dpop: client.proof('par') } });
    },
  },
]);

describeChecks('requestOrigin', originCases(browse, 'portal'));
describeChecks('requestContent', [
  ...contentCases((hub, bent, id) => browse(hub, bent, id), 'portal').filter(
    ({ what }) => !/of another application|an access token/.test(what),
  ),
  { check: 'request.pushed', what: 'plain parameters in fapi2', run: (hub) => browse(hub, {}, 'ehr') },
]);

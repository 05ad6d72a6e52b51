import { readFileSync } from 'node:fs';
import twilio from 'twilio';
import { ProxyAgent, request } from 'undici';
import { readCredentials, type TwilioClient } from '../../../twilio-account/client';
import type { TwilioApi } from '../../../simulator/twilio-api/twilio-api';

type Options = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0];

/** Twilio's own client, in this very process, that speaks with the stand-in. */
export function openStandIn(
  api: TwilioApi,
  environment: Readonly<Record<string, string>> = api.environment,
): TwilioClient {
  const { accountSid, authToken } = readCredentials(environment);
  return twilio(accountSid, authToken, { httpClient: new StandInClient(api) });
}

class StandInClient extends twilio.RequestClient {
  readonly #options: ProxyAgent.Options;

  constructor({ environment }: TwilioApi) {
    super();
    const { HTTP_PROXY = '', NODE_EXTRA_CA_CERTS = '' } = environment;
    const ca = readFileSync(NODE_EXTRA_CA_CERTS, 'utf8');
    this.#options = { uri: HTTP_PROXY, requestTls: { ca } };
  }

  // The library parses the text by itself, and has no type for what is in it.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  override async request<T>({ method, uri, username, password, params, data }: Options) {
    const url = new URL(uri);
    form(params).forEach((value, name) => url.searchParams.append(name, value));
    const credentials = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    // One a request: no connection is left open when the test ends.
    const agent = new ProxyAgent(this.#options);
    const answer = await request(url, {
      dispatcher: agent,
      method: method === 'post' ? 'POST' : 'GET',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(method === 'post' ? { body: form(data).toString() } : {}),
    });
    const body = await answer.body.text();
    await agent.destroy();
    return { statusCode: answer.statusCode, body: body as T, headers: answer.headers }; // its words, as it came
  }
}

/** All that this product sends are texts and numbers. */
function form(values: unknown): URLSearchParams {
  const given = Object.entries(Object(values) as Record<string, string | number | undefined>);
  return new URLSearchParams(
    given.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );
}

import type * as ngrokModule from '@ngrok/ngrok';
import type { OpenTunnel } from './open-tunnel';
import { TunnelFault } from './tunnel-fault';

const TOKEN_PAGE = 'https://dashboard.ngrok.com/get-started/your-authtoken';
const OTHERS =
  'or take any other tunnel and run: npm run tunnel -- --url https://host (cloudflared, tailscale funnel, …)';

/** What is taken from the package: it opens, and gives its address. */
export type NgrokForward = (config: {
  readonly addr: string;
  readonly authtoken: string;
  readonly domain?: string;
}) => Promise<{ url(): string | null; close(): Promise<void> }>;

/** Opens a tunnel with ngrok. It dials out by itself, and dials again if the line breaks. */
export const openNgrok: OpenTunnel = (wanted) => openWith(loadForward, wanted);

/** The same, with the package given: what is tested where ngrok cannot be reached. */
export async function openWith(
  load: () => NgrokForward,
  { port, domain, environment }: Parameters<OpenTunnel>[0],
): ReturnType<OpenTunnel> {
  const authtoken = environment.NGROK_AUTHTOKEN?.trim() ?? '';
  if (authtoken === '') {
    throw new TunnelFault(
      `ngrok needs NGROK_AUTHTOKEN, in .env or the environment: it is free, from ${TOKEN_PAGE}; ${OTHERS}`,
    );
  }
  const forward = load();
  const addr = `127.0.0.1:${port}`;
  try {
    const listener = await forward({
      addr,
      authtoken,
      ...(domain === undefined ? {} : { domain }),
    });
    const url = listener.url();
    if (url === null) throw new Error('it gave no address');
    return { host: new URL(url).host, carrier: 'ngrok', close: () => listener.close() };
  } catch (error) {
    throw explain(error);
  }
}

function loadForward(): NgrokForward {
  try {
    // Loaded here: it is a native module, and --url must work where it cannot load.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { forward } = require('@ngrok/ngrok') as typeof ngrokModule; // its typings are its own
    return (config) => forward({ ...config });
  } catch (error) {
    const [why] = messageOf(error).split('\n', 1);
    throw new TunnelFault(`ngrok cannot load on this machine (${String(why)}): ${OTHERS}`);
  }
}

/** Source: https://ngrok.com/docs/errors */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /ERR_NGROK_10[5-7]\b/,
    `ngrok does not know this NGROK_AUTHTOKEN: copy it again from ${TOKEN_PAGE}`,
  ],
  [
    /ERR_NGROK_108\b/,
    'this ngrok account has a session elsewhere already: end that one, then run this again',
  ],
  [
    /ERR_NGROK_(?:319|320|321|326|334|4018)\b/,
    'ngrok does not give this domain: look at https://dashboard.ngrok.com/domains, or leave --domain out',
  ],
  [
    /ERR_NGROK_\d+/,
    'ngrok refused: look the code up at https://ngrok.com/docs/errors and run this again',
  ],
];

function explain(error: unknown): TunnelFault {
  const said = messageOf(error).replace(/\s+/g, ' ').trim();
  const [, remedy] = KNOWN.find(([pattern]) => pattern.test(said)) ?? [
    undefined,
    `ngrok cannot be reached: is there a network, and may this machine dial out to port 443? Put that right, ${OTHERS}`,
  ];
  return new TunnelFault(`${remedy} (ngrok said: ${said.slice(0, 300)})`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

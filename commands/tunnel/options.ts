import { parseArgs } from 'node:util';
import { TunnelFault } from './tunnel-fault';

export const HELP = `npm run tunnel -- [options]

Gives the bridge on this machine a public address, so that Twilio reaches it: opens a tunnel with
ngrok, or takes the address of any other tunnel or proxy; checks that WebSockets pass through it;
writes PUBLIC_DOMAIN into .env; and sets BRIDGE_URL of the deployed Functions, with no new deploy.
Nothing is set before the check holds.

  --url https://HOST  the address of a tunnel or proxy that is there already (cloudflared,
                      tailscale funnel, Caddy on a VPS, …): checks it, sets it, and ends
  --domain NAME       a domain that is reserved at ngrok
  --once              with ngrok too, ends after the check
  --no-functions      leaves the deployed Functions as they are
  --help

Read from the environment and .env: PORT (8080), NGROK_AUTHTOKEN, TWILIO_ACCOUNT_SID and
TWILIO_AUTH_TOKEN (for the deployed Functions), ADMIN_TOKEN (to ask the bridge what it has).
Exit code 0 if all is set, 1 if not, 2 if the options are wrong.
`;

/** The options of the command. */
export interface TunnelOptions {
  readonly url: string | undefined;
  readonly domain: string | undefined;
  readonly once: boolean;
  /** False: the deployed Functions stay as they are. */
  readonly functions: boolean;
  readonly help: boolean;
}

/**
 * Reads the options.
 * @throws TunnelFault with exit code 2.
 */
export function readOptions(args: readonly string[]): TunnelOptions {
  const values = parse(args);
  if (values.url !== undefined && values.domain !== undefined) {
    throw new TunnelFault(
      '--domain is for ngrok and --url for a tunnel that is there: give one of the two',
      2,
    );
  }
  const { url, domain, once, help } = values;
  return { url, domain, once, functions: !values['no-functions'], help };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        domain: { type: 'string' },
        once: flag,
        'no-functions': flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TunnelFault(`${why}. See: npm run tunnel -- --help`, 2);
  }
}

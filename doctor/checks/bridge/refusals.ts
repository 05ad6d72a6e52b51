import type { Finding } from '../../check';
import { type ExpectedAnswer, recogniseStranger } from '../../stranger';

const WHY =
  'what answers is not the bridge, so Twilio gets no stream (31920) and the caller hears the fallback';

const NGROK = 'npm run tunnel, or ngrok http 8080 with the domain of PUBLIC_DOMAIN';

/** How each proxy is told to pass a WebSocket. */
const PASS_UPGRADE: Readonly<Record<string, string>> = {
  nginx:
    'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; in the location of the bridge, then reload',
  caddy: 'Caddy: a plain reverse_proxy passes it, as in deploy/Caddyfile; take header_up lines out',
  cloudflare: 'Cloudflare: switch on Network → WebSockets for the zone',
  apache: 'Apache: ProxyPass / http://127.0.0.1:8080/ upgrade=websocket (2.4.47 or newer)',
};

/** What to do so that upgrades pass; by the name of the proxy, if its answer has one. */
export function upgradeRemedy({ headers }: Pick<ExpectedAnswer, 'headers'>): string {
  const server = String(headers.server ?? '').toLowerCase();
  const known = Object.entries(PASS_UPGRADE).find(([name]) => server.includes(name));
  return `let the proxy pass Upgrade and Connection. ${known?.[1] ?? Object.values(PASS_UPGRADE).join('. ')}`;
}

/** An answer that was not the bridge's: who gave it, and what to do there. */
export function explainStranger(answer: ExpectedAnswer, address: string): Finding {
  const { status, headers } = answer;
  const { kind, mark, location = 'nowhere', isPage } = recogniseStranger(answer);
  const server = String(headers.server ?? '').slice(0, 40);
  const by = [server, mark].filter((one) => one !== undefined && one !== '').join(', ');
  const said = `${address} answered ${status}${by === '' ? '' : ` (${by})`}`;
  const fault = (id: string, found: string, remedy: string, why = WHY): Finding => {
    return { level: 'fault', id, found, why, remedy, twilioCode: 31920 };
  };
  switch (kind) {
    case 'login': {
      const isChallenge = headers['cf-mitigated'] !== undefined;
      return fault(
        'login-in-front',
        isChallenge
          ? `${said} with a challenge for browsers`
          : `${said}${status < 400 ? `, to the login ${location}` : ' and wants a login, or lets not everybody in'}`,
        'let the host of the bridge through without a login: Cloudflare Access: a Bypass policy for everyone on it; Cloudflare bot rules: skip them for it; ngrok: no oauth or basic auth; nginx: no auth_basic, allow or deny there. The bridge checks signatures itself',
        'Twilio and the Functions have no login and solve no challenge: every stream is refused (31920)',
      );
    }
    case 'redirect':
      return fault(
        'redirected',
        `${said}, to ${location}`,
        'set PUBLIC_DOMAIN and BRIDGE_URL to the host where it ends, or take the redirect (to www, to a path, to a slash) out of the proxy for the bridge',
        'Twilio follows no redirect when it opens a stream (31920)',
      );
    case 'page':
      return fault(
        'page-in-front',
        `${said} with a page for people`,
        `turn off the warning or welcome page: ngrok shows its own to free accounts' browsers, localtunnel to all; use ${NGROK}; else point the proxy at the bridge instead of at a folder of pages`,
      );
    case 'tunnel closed':
      return fault(
        'tunnel-closed',
        `${said}: the tunnel of this address is not open`,
        `open it again: ${NGROK}, or cloudflared tunnel run; keep it open while calls are to come`,
      );
    case 'nothing behind':
      return fault(
        'nothing-behind-proxy',
        `${said}: the proxy or tunnel is there, and the bridge behind it is not`,
        'start the bridge (npm run bridge, or systemctl status bridge), and let the proxy lead to its PORT by http (nginx proxy_pass http://127.0.0.1:8080; Caddy reverse_proxy 127.0.0.1:8080; ngrok http 8080), not by https',
      );
    case 'rate limit':
      return fault(
        'rate-limited',
        `${said}: something in front counts requests and has had enough`,
        'take the bridge out of its rate limit, or raise it: all calls come from a few addresses',
      );
    default:
      return fault(
        'not-the-bridge',
        `${said}${isPage ? ' with a page' : ''}, which is not an answer of the bridge`,
        `let the proxy lead all of this host to the bridge, without a change of path: nginx location / { proxy_pass http://127.0.0.1:8080; } with no path behind the port; see deploy/Caddyfile`,
      );
  }
}

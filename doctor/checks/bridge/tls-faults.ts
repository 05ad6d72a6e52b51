import type { Finding } from '../../check';
import { explainConnection, type LostConnection } from './connection';
import type { BridgePlace } from './place';
import { probeTls } from './tls-probe';

const WHY = 'Twilio opens streams with TLS 1.2 or newer alone, so no stream comes (31910)';

/** Ciphers of the time before, which OpenSSL offers only if told. */
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

const fault = (id: string, found: string, remedy: string): Finding => {
  return { level: 'fault', id, found, why: WHY, remedy, twilioCode: 31910 };
};

/** Why a handshake failed: not TLS at all, an old version, a name that is not served. */
export async function explainHandshake(place: BridgePlace, lost: LostConnection): Promise<Finding> {
  const { host, real } = place;
  const said = `${lost.code} ${lost.message}`;
  if (!/EPROTO|ERR_SSL_/.test(lost.code) && lost.code !== 'ECONNRESET')
    return explainConnection(lost, real.host);
  if (/wrong.version.number|packet.length.too.long|http.request/i.test(said)) {
    return fault(
      'tls-missing',
      `what listens at ${real.host} speaks no TLS`,
      'let the proxy or tunnel end TLS there: with Caddy deploy/Caddyfile, in nginx listen 443 ssl; with ngrok take the https address, not a tcp one; never point 443 at the PORT of the bridge',
    );
  }
  if (/unrecognized.name|handshake.failure/i.test(said)) {
    return fault(
      'tls-name-not-served',
      `what listens at ${real.host} has no certificate for ${host}`,
      `add ${host} to the proxy or tunnel (Cloudflare: the hostname of the tunnel; Caddy: the site's address), and wait for its certificate`,
    );
  }
  const old = await probeTls(place, OLD);
  if (old.kind === 'shaken') {
    return fault(
      'tls-too-old',
      `${host} speaks ${old.protocol} and nothing newer`,
      'allow TLS 1.2 and 1.3, in nginx: ssl_protocols TLSv1.2 TLSv1.3',
    );
  }
  if (lost.code === 'ECONNRESET') return explainConnection(lost, real.host);
  return fault(
    'tls-handshake-failed',
    `the TLS handshake with ${real.host} failed: ${lost.message.trim()}`,
    'look at the log of the proxy; openssl s_client -connect HOST:443 -servername HOST shows the handshake',
  );
}

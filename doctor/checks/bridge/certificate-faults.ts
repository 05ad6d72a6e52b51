import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Finding } from '../../check';

const DAY_MS = 86_400_000;
/** Renewal by Caddy or certbot comes long before. */
const NEAR_DAYS = 14;

const WHY = 'Twilio refuses the certificate, so no stream comes: the call ends at once (31910)';
const OTHERS =
  'let Caddy get one (deploy/Caddyfile), or certbot, or put a tunnel or proxy with a good one in front';

const fault = (id: string, found: string, remedy: string): Finding => {
  return { level: 'fault', id, found, why: WHY, remedy, twilioCode: 31910 };
};

/** What is wrong with who signed it. OpenSSL's words: https://docs.openssl.org/master/man1/openssl-verification-options */
export function explainChain(
  complaint: string | undefined,
  chainLength: number,
  isSelfSigned: boolean,
  name: string,
): Finding | undefined {
  if (complaint === undefined || /EXPIRED|NOT_YET_VALID|ALTNAME/.test(complaint)) return undefined;
  if (isSelfSigned) {
    return fault(
      'certificate-self-signed',
      `the certificate of ${name} is self-signed`,
      `get one of a public authority: ${OTHERS}`,
    );
  }
  if (complaint === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' && chainLength <= 1) {
    return fault(
      'certificate-chain-incomplete',
      `the certificate of ${name} comes without the one that signed it`,
      'serve the full chain: in nginx ssl_certificate …/fullchain.pem, not cert.pem, then reload; if its authority is a private one, get one of a public authority',
    );
  }
  return fault(
    'certificate-authority-unknown',
    `the certificate of ${name} is of an authority that nobody knows (${complaint})`,
    `get one of a public authority: ${OTHERS}; behind Cloudflare, serve Cloudflare's own at the edge and keep the origin certificate behind it`,
  );
}

/** A certificate for another name. */
export function explainName(certificate: X509Certificate, name: string): Finding | undefined {
  const fits = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  if (fits !== undefined) return undefined;
  const names = (certificate.subjectAltName ?? certificate.subject).replace(/DNS:/g, '');
  return fault(
    'certificate-name',
    `the certificate at ${name} is for ${names.slice(0, 200)}`,
    `get one for ${name}, or see that the proxy picks the site by that name: in nginx server_name ${name}`,
  );
}

/** One that is out of time, or soon will be. */
export function explainDates(
  { validFrom, validTo }: X509Certificate,
  name: string,
): Finding | undefined {
  const nowMs = Date.now();
  const fromMs = Date.parse(validFrom);
  const leftDays = Math.floor((Date.parse(validTo) - nowMs) / DAY_MS);
  const renew =
    'renew it: certbot renew and a reload of nginx; Caddy does it by itself if ports 80 and 443 are open, journalctl -u caddy says why it did not';
  if (fromMs > nowMs) {
    return fault(
      'certificate-not-yet-valid',
      `the certificate of ${name} is valid from ${new Date(fromMs).toISOString()} on`,
      'set the clock of this machine right (timedatectl); if it is right, wait or renew',
    );
  }
  if (leftDays < 0)
    return fault('certificate-expired', `the certificate of ${name} expired on ${validTo}`, renew);
  if (leftDays >= NEAR_DAYS) return undefined;
  return {
    level: 'warning',
    id: 'certificate-expires-soon',
    found: `the certificate of ${name} expires in ${leftDays} days, on ${validTo}`,
    why: 'renewal should have come by now; from that day on Twilio refuses every stream (31910)',
    remedy: renew,
    twilioCode: 31910,
  };
}

import type { SelfCheck } from '@realtime-phone/protocol/diagnostics/check';

/** Names that are nobody's, by RFC 2606 and RFC 6761, or lead to the machine that asks. */
const NOBODYS = /(^|\.)(example(\.(com|net|org))?|test|invalid|localhost|local|internal)$/i;

/**
 * Looks at the form of PUBLIC_DOMAIN: whether Twilio, out on the internet, could get there at all.
 * Source for the port: https://www.twilio.com/docs/global-infrastructure/firewall-configurations/media-streams-configuration
 */
export function checkPublicDomain(domain: string): SelfCheck {
  const name = 'PUBLIC_DOMAIN';
  const [host = '', port] = domain.split(':', 2);
  const warn = (wrong: string): SelfCheck => ({
    name,
    state: 'warning',
    found: `${domain}: ${wrong}`,
    remedy: 'Set PUBLIC_DOMAIN to the public name of this bridge, or run npm run tunnel',
  });
  if (NOBODYS.test(host) || !host.includes('.')) return warn('Twilio cannot reach such a name');
  if (/^[\d.]+$/.test(host)) return warn('an IP address; Twilio wants a certificate for a name');
  if (port !== undefined && port !== '443') return warn('Twilio documents port 443 alone');
  return { name, state: 'holds', found: domain };
}

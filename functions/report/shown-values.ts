import { readVariable } from '../settings/variables';

const MODES = ['say', 'dial', 'message'];

/**
 * What a stranger may see of the variables, since anybody can open the page. The host of the bridge
 * is shortened so far that the operator knows it again (today's tunnel from yesterday's), and nobody
 * else finds it: it takes requests, and whoever knows it can keep it busy. How the fallback goes, and
 * in which language, every caller hears. All else is only set or not: the secret, the number that is
 * dialled, texts and voices, which may hold what was pasted into the wrong line.
 */
export function showValues(context: object): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {};
  const bridgeUrl = readVariable(context, 'BRIDGE_URL');
  if (bridgeUrl !== undefined) shown.BRIDGE_URL = shortenAddress(bridgeUrl);
  const mode = readVariable(context, 'FALLBACK_MODE') ?? 'say';
  if (MODES.includes(mode)) shown.FALLBACK_MODE = mode;
  const language = readVariable(context, 'FALLBACK_LANGUAGE');
  if (language !== undefined && /^[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}$/.test(language))
    shown.FALLBACK_LANGUAGE = language;
  return shown;
}

/** `https://bridge.example.com` as `https, b…e.e…e.com`: the first and last letter of each label. */
function shortenAddress(address: string): string {
  if (!URL.canParse(address)) return 'not an address';
  const { protocol, hostname, port } = new URL(address);
  const scheme = protocol.replace(':', '');
  if (/^(localhost|127\.|\[::1\])/.test(hostname)) return `${scheme}, this machine`;
  if (/^[\d.]+$|^\[/.test(hostname)) return `${scheme}, an IP address`;
  const labels = hostname.split('.').map((label, at, all) => {
    if (at === all.length - 1 && at > 0) return label;
    return label.length < 4 ? '…' : `${label.slice(0, 1)}…${label.slice(-1)}`;
  });
  return `${scheme}, ${labels.join('.')}${port === '' ? '' : ', a port of its own'}`;
}

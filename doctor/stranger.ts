/** An HTTP answer that was expected from the bridge. */
export interface ExpectedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Who answered in the bridge's place, as far as the answer shows it. */
export interface Stranger {
  readonly kind:
    'redirect' | 'login' | 'page' | 'tunnel closed' | 'nothing behind' | 'rate limit' | 'other';
  /** The carrier's own name for it, as in `ERR_NGROK_3200`. */
  readonly mark?: string;
  /** Where a redirect leads to. */
  readonly location?: string;
  readonly isPage: boolean;
}

/** The code of one of the bridge's own refusals; undefined where it is none. */
export function bridgeCodeOf({ body }: ExpectedAnswer): string | undefined {
  return /"code":"([a-z_]+)"/.exec(body)?.[1];
}

/**
 * Recognises what stands in front of the bridge by an answer that is not the bridge's: tunnels,
 * proxies and logins each have their own.
 * Source: https://ngrok.com/docs/errors, https://developers.cloudflare.com/support/troubleshooting
 */
export function recogniseStranger(answer: ExpectedAnswer): Stranger {
  const { status, body } = answer;
  const header = (name: string) => String(answer.headers[name] ?? '');
  const ngrok = /ERR_NGROK_\d+/.exec(`${header('ngrok-error-code')} ${body}`)?.[0];
  const isPage = /html/i.test(header('content-type')) || /^\s*<!?(doctype|html)/i.test(body);
  const known = { isPage, ...(ngrok === undefined ? {} : { mark: ngrok }) };

  if (status >= 300 && status < 400) {
    const location = header('location');
    const isLogin = /cloudflareaccess\.com|\/cdn-cgi\/access|log-?in|sign-?in|sso|oauth/i;
    const kind = isLogin.test(location) ? 'login' : 'redirect';
    return { ...known, kind, location: withoutQuery(location) };
  }
  if (ngrok === 'ERR_NGROK_3200' || (status >= 500 && /\b1033\b/.test(body)))
    return { ...known, kind: 'tunnel closed', mark: ngrok ?? 'Cloudflare 1033' };
  if (ngrok === 'ERR_NGROK_6024' || status === 511 || (isPage && status < 400))
    return { ...known, kind: 'page' };
  if ([502, 503, 504].includes(status) || (status >= 520 && status <= 530) || ngrok !== undefined)
    return { ...known, kind: 'nothing behind' };
  if ([401, 403, 407].includes(status)) return { ...known, kind: 'login' };
  return { ...known, kind: status === 429 ? 'rate limit' : 'other' };
}

/** A login's address may carry what nobody else should see. */
function withoutQuery(location: string): string {
  return (location.split(/[?#]/, 1)[0] ?? '').slice(0, 200) || 'nowhere';
}

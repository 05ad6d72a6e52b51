import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type DetailedPeerCertificate } from 'node:tls';
import type { LostConnection } from './connection';
import type { BridgePlace } from './place';

const LIMIT_MS = 8_000;

/** What a TLS handshake showed. */
export type TlsProbe =
  | {
      readonly kind: 'shaken';
      /** As in `TLSv1.3`. */
      readonly protocol: string;
      /** The protocol that was agreed on above it, as in `h2`; undefined for none. */
      readonly alpn: string | undefined;
      readonly certificate: X509Certificate | undefined;
      /** SHA-256 fingerprints from the certificate up, as far as its issuers are known. */
      readonly chain: readonly string[];
      /** OpenSSL's word for what is wrong with the chain, the dates or the name. */
      readonly complaint: string | undefined;
    }
  | ({ readonly kind: 'failed' } & LostConnection);

/** Shakes hands with the place and looks at what it shows, good or not. Never rejects. */
export function probeTls(
  { host, real, reach, isByName }: BridgePlace,
  options: Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'ALPNProtocols'> = {},
): Promise<TlsProbe> {
  const name = nameOf(host);
  return new Promise((resolve) => {
    const socket = connect({
      host: nameOf(real.host),
      port: Number(real.port || 443),
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(isByName ? { family: 4 } : {}), // as Twilio does
      ...(reach.ca === undefined ? {} : { ca: reach.ca }),
      rejectUnauthorized: false,
      ...options,
    });
    const end = (probe: TlsProbe) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(probe);
    };
    const limit = setTimeout(
      () => end({ kind: 'failed', code: 'TIMEOUT', message: 'no handshake in time' }),
      LIMIT_MS,
    );
    socket.on('error', (error: Error & { code?: string }) =>
      end({ kind: 'failed', code: error.code ?? '', message: error.message }),
    );
    socket.once('close', () =>
      end({ kind: 'failed', code: 'ECONNRESET', message: 'closed within the handshake' }),
    );
    socket.once('secureConnect', () => {
      const { alpnProtocol } = socket;
      // The typings call it an Error; it is the code of one.
      const complaint = socket.authorized ? undefined : String(socket.authorizationError);
      end({
        kind: 'shaken',
        protocol: socket.getProtocol() ?? 'unknown',
        alpn: typeof alpnProtocol === 'string' ? alpnProtocol : undefined,
        certificate: socket.getPeerX509Certificate(),
        chain: chainOf(socket.getPeerCertificate(true)),
        complaint,
      });
    });
  });
}

/** The name of a host, without its port and the brackets of an IPv6 address. */
export function nameOf(host: string): string {
  return new URL(`https://${host}/`).hostname.replace(/^\[|\]$/g, '');
}

function chainOf(leaf: DetailedPeerCertificate): string[] {
  const prints: string[] = [];
  // The typings promise all of it always; where an issuer is not known there is none.
  let at: Partial<DetailedPeerCertificate> | undefined = leaf;
  while (at?.fingerprint256 !== undefined && !prints.includes(at.fingerprint256)) {
    prints.push(at.fingerprint256);
    at = at.issuerCertificate;
  }
  return prints;
}

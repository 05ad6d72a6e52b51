/** A tunnel that is open. */
export interface Tunnel {
  /** The public host: no scheme, no path. */
  readonly host: string;
  /** Who carries it, for people: `ngrok`. */
  readonly carrier: string;
  close(): Promise<void>;
}

/**
 * Opens a tunnel to a port of this machine.
 * @throws TunnelFault if it cannot be.
 */
export type OpenTunnel = (wanted: {
  readonly port: number;
  /** A domain that is reserved at the carrier; undefined for the one that it gives. */
  readonly domain: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}) => Promise<Tunnel>;

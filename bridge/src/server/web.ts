/** An HTTP request, whole. */
export interface HttpRequest {
  readonly method: string;
  /** The request target as it was sent, with its query. */
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The address of the other end of the connection, which may be a proxy. */
  readonly remoteAddress: string;
}

/** A request, with the address of who sent it, as far as listed proxies say. */
export interface KnownRequest extends HttpRequest {
  readonly client: string;
}

/** What a request is answered with. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One WebSocket, as the rest of the bridge sees it. All methods may be called after its end. */
export interface ServerSocket {
  /** Sends one text frame, or two in one write; bytes are copied, or gone, when this returns. */
  sendText(text: string | Uint8Array, behind?: string): void;
  /** Closes with a code and a reason of at most 123 bytes (RFC 6455 section 5.5.1). */
  close(code: number, reason: string): void;
  /** Cuts the connection: what the other side has not taken is gone. */
  terminate(): void;
  /** Bytes that the other side has not taken yet. */
  queuedBytes(): number;
}

/** What happens on a WebSocket. */
export interface SocketListener {
  /** A frame; the bytes are only good during the call. */
  onMessage(data: Uint8Array, isBinary: boolean): void;
  /** The end, once, whoever brought it about. */
  onClose(code: number, reason: string): void;
}

/** Whether a socket may be: refused before it exists, or accepted. */
export type UpgradeDecision =
  { readonly refuse: HttpAnswer } | { readonly accept: (socket: ServerSocket) => SocketListener };

/** What a server serves. */
export interface WebHandler {
  http(request: HttpRequest): HttpAnswer | Promise<HttpAnswer>;
  upgrade(request: Omit<HttpRequest, 'body'>): UpgradeDecision;
}

/** The numbers that a server must keep. */
export interface WebLimits {
  readonly maxBodyBytes: number;
  /** Above this the connection is cut; below it the listener decides, and can say why. */
  readonly hardFrameBytes: number;
  /** Above this queue of unsent bytes the connection is cut. */
  readonly maxQueuedBytes: number;
}

/** A server that listens. */
export interface WebServer {
  readonly engine: 'uWebSockets.js' | 'ws';
  readonly port: number;
  /** Stops listening and cuts what is left. */
  close(): Promise<void>;
}

/** Starts a server, or throws an Error with `code` `EADDRINUSE`. */
export type StartWebServer = (
  handler: WebHandler,
  address: { readonly host: string; readonly port: number },
  limits: WebLimits,
) => Promise<WebServer>;

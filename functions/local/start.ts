import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../../protocol/errors';
import { logFault } from '../log/log';
import { checkRequest, type GateOptions, Refused } from './gate';
import { readBody } from './body';
import { handOver } from './hand-over';
import { listAssets, listFunctions } from './routes';
import { startRuntime } from './runtime';

/** What `startFunctions` needs. */
export interface FunctionsOptions {
  /** The folder whose `node_modules` has `twilio`. */
  readonly baseDir: string;
  /** Built Functions, as `dist/functions`. */
  readonly functionsFolder: string;
  /** Served as they are; may be missing. */
  readonly assetsFolder: string;
  /** Twilio's auth token, for the gate alone: no Function sees it. */
  readonly authToken: string;
  /** What the Functions may know. */
  readonly env: Readonly<Record<string, string>>;
  /** Where Twilio reaches the Functions; without it, this very port of loopback. */
  readonly functionsUrl?: string;
  /** Default loopback. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
}

/** Functions that run. */
export interface RunningFunctions {
  /** Where they can be asked from this machine, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves built Functions and assets through Twilio's own local runtime, behind a gate that checks
 * Twilio's signature, which that runtime does not. One at a time in a process, since the runtime
 * lives in its globals.
 * @throws the error of `listen`, as EADDRINUSE.
 */
export async function startFunctions(options: FunctionsOptions): Promise<RunningFunctions> {
  const { host = '127.0.0.1', authToken, functionsUrl } = options;
  const functions = listFunctions(options.functionsFolder);
  const assets = existsSync(options.assetsFolder) ? listAssets(options.assetsFolder) : [];
  const routes = new Map([...assets, ...functions].map((route) => [route.path, route]));

  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 });
  const port = await listen(server, options.port ?? 0, host);
  const local = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const urls = functionsUrl === undefined ? local : [functionsUrl.replace(/\/+$/, '')];
  const runtime = await startRuntime({
    baseDir: options.baseDir,
    url: urls[0] ?? '',
    env: options.env,
    functions,
    assets,
  });
  const runtimePort = portOf(runtime);
  const gate = { authToken, urls, routes };
  server.on('request', (request, response) => void handle(gate, runtimePort, request, response));

  return {
    url: `http://${localName(host)}:${port}`,
    port,
    close: async () => {
      await Promise.all([close(server), close(runtime)]);
    },
  };
}

/** The name under which this machine reaches what listens there. */
function localName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

async function handle(
  gate: GateOptions,
  runtimePort: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    checkRequest(gate, request, body);
    await handOver(runtimePort, request, body, response);
  } catch (error) {
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const fault = asRefusal(error);
  if (fault.status >= 500) logFault('functions gate failed', error);
  response.writeHead(fault.status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ code: fault.code, message: fault.message, remedy: fault.remedy }));
}

/** What failed within is for the log, not for who asked. */
function asRefusal(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const coded = error instanceof CodedError ? error : new CodedError('internal_error');
  return new Refused(coded.fault.status ?? 500, coded.code, coded.message, coded.fault.remedy);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(portOf(server)));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // it listens on TCP, so it is one
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

import { LocalDevelopmentServer, type ServerConfig } from '@twilio/runtime-handler/dev';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Access, Route } from './routes';

/** What the runtime serves, and what its Functions may know. */
export interface RuntimeOptions {
  /** The folder whose `node_modules` has `twilio`. */
  readonly baseDir: string;
  /** Where Twilio reaches the Functions; `DOMAIN_NAME` comes from it. */
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly functions: readonly Route[];
  readonly assets: readonly Route[];
}

/** The typings merge an interface over the class, which hides its arguments. */
type LocalServerClass = new (port: number, config: ServerConfig) => { getApp(): RequestListener };

/**
 * Starts Twilio's own local Functions runtime on a loopback port of its choice. It puts `Twilio` and
 * `Runtime` into the globals of this process, and checks no signature: the gate does.
 */
export function startRuntime(options: RuntimeOptions): Promise<Server> {
  const LocalServer = LocalDevelopmentServer as unknown as LocalServerClass;
  const { baseDir, url, env, functions, assets } = options;
  const app = new LocalServer(0, {
    baseDir,
    url,
    env: { ...env },
    port: 0,
    appName: 'functions',
    detailedLogs: false,
    live: false,
    logs: false,
    legacyMode: false,
    forkProcess: false,
    enableDebugLogs: false,
    routes: { functions: functions.map(toResource), assets: assets.map(toResource) },
  }).getApp();
  const server = createServer(app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function toResource({ path, access, filePath }: Route): {
  access: Access;
  content: string;
  name: string;
  path: string;
  filePath: string;
} {
  return { access, content: '', name: path, path, filePath };
}

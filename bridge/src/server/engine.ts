import type { Logger } from 'pino';
import type * as uwsModule from 'uWebSockets.js';
import { startOnUws } from './uws-server';
import type { StartWebServer } from './web';
import { startOnWs } from './ws-server';

/**
 * The server engine that this machine can run: uWebSockets.js, or `ws` with one warning that says why.
 * @param preferred `BRIDGE_SERVER`: `ws` takes the second without trying the first.
 */
export function chooseEngine(preferred: 'uws' | 'ws', log: Logger): StartWebServer {
  if (preferred === 'ws') return startOnWs;
  try {
    // Loaded here, since a top-level import of a native module that cannot load ends the process.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return startOnUws(require('uWebSockets.js') as typeof uwsModule); // its typings are its own
  } catch (error) {
    log.warn(
      {
        code: 'native_server_unavailable',
        cause: error instanceof Error ? error.message.split('\n', 1)[0] : String(error),
        remedy:
          'use Node 20, or Node 22 and 24 with glibc 2.38 or newer; see docs/DESIGN.md, the server engine',
      },
      'uWebSockets.js cannot load here: serving on ws, which carries fewer calls a core',
    );
    return startOnWs;
  }
}

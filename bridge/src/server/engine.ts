import type { Logger } from 'pino';
import { loadNativeServer, NATIVE_REMEDY } from './native-server';
import { startOnUws } from './uws-server';
import type { StartWebServer } from './web';
import { startOnWs } from './ws-server';

/**
 * The server engine that this machine can run: uWebSockets.js, or `ws` with one warning that says why.
 * @param preferred `BRIDGE_SERVER`: `ws` takes the second without trying the first.
 */
export function chooseEngine(preferred: 'uws' | 'ws', log: Logger): StartWebServer {
  if (preferred === 'ws') return startOnWs;
  const native = loadNativeServer();
  if (native.uws !== undefined) return startOnUws(native.uws);
  log.warn(
    { code: 'native_server_unavailable', cause: native.cause, remedy: NATIVE_REMEDY },
    'uWebSockets.js cannot load here: serving on ws, which carries fewer calls a core',
  );
  return startOnWs;
}

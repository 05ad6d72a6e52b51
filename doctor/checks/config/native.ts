import { type Check, oneFinding, skip } from '../../check';

/** The native server of the bridge: whether it would load here. */
export const checkNativeServer: Check = {
  id: 'config.native',
  title: 'Native server',
  needs: [],
  run: ({ settings, findNativeFault }) => {
    if (settings.environment.BRIDGE_SERVER === 'ws') {
      return Promise.resolve(skip('BRIDGE_SERVER is ws, so it is not asked for'));
    }
    const cause = findNativeFault();
    if (cause === undefined) return Promise.resolve({ found: 'uWebSockets.js loads here' });
    return Promise.resolve(
      oneFinding({
        level: 'warning',
        id: 'native-server-unavailable',
        found: `uWebSockets.js cannot load here: ${cause}`,
        why: 'a bridge on this machine serves on ws in its place: calls work, and fewer fit on a core',
        remedy:
          'use Node 20, or Node 22 and 24 with glibc 2.38 or newer (docs/DESIGN.md, the server engine); BRIDGE_SERVER=ws says that it is meant so',
      }),
    );
  },
};

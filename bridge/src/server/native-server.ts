import type * as uwsModule from 'uWebSockets.js';

/** The native server, or in one line why this machine cannot load it. */
export type NativeServer =
  { readonly uws: typeof uwsModule } | { readonly uws: undefined; readonly cause: string };

export const NATIVE_REMEDY =
  'use Node 20, or Node 22 and 24 with glibc 2.38 or newer; see docs/DESIGN.md, the server engine';

/** Loads uWebSockets.js. Never throws: a top-level import of a module that cannot load would end the process. */
export function loadNativeServer(): NativeServer {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return { uws: require('uWebSockets.js') as typeof uwsModule }; // its typings are its own
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { uws: undefined, cause: message.split('\n', 1)[0] ?? message };
  }
}

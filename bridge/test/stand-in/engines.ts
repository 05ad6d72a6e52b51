/**
 * The engines that this machine can run, to test on each. Where the native module cannot load only
 * `ws` is there; engine-here.test.ts sees to it that this happens for the stated reason alone.
 */
export const ENGINES: readonly ('uws' | 'ws')[] = canLoadNative() ? ['uws', 'ws'] : ['ws'];

function canLoadNative(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require('uWebSockets.js');
    return true;
  } catch {
    return false;
  }
}

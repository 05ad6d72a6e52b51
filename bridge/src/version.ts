import manifest from '../package.json';

/** The version of this bridge. */
export const VERSION: string = manifest.version;

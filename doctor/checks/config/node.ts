import { type Check, oneFinding } from '../../check';

const NAMED = [20, 22, 24];

/** The Node that runs this: the bridge runs on it too, if it is started here. */
export const checkNode: Check = {
  id: 'config.node',
  title: 'Node',
  needs: [],
  run: () => {
    const [major = 0] = process.versions.node.split('.').map(Number);
    if (NAMED.includes(major)) return Promise.resolve({ found: process.version });
    return Promise.resolve(
      oneFinding({
        level: 'warning',
        id: 'node-untested',
        found: `Node ${process.version} is none of ${NAMED.join(', ')}`,
        why: 'the bridge is tested on those, and its native server loads on those alone',
        remedy: 'install Node 22 and run npm run doctor again',
      }),
    );
  },
};

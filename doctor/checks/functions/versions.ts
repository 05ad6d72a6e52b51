import { dependencies, version } from '../../../package.json';
import { type Check, oneFinding } from '../../check';
import { updateCommand } from './place';
import { readSaid, textOf } from './said';

/** Those that are served against those of this tree. */
export const checkVersions: Check = {
  id: 'functions.versions',
  title: 'Versions of the Functions',
  needs: ['functions.diagnostics'],
  run: ({ facts }) => {
    const there = readSaid(facts, 'versions');
    const here = {
      package: version,
      runtimeHandler: dependencies['@twilio/runtime-handler'],
      twilio: dependencies.twilio,
    };
    const different = Object.entries(here)
      .filter(([name, expected]) => there[name] !== expected)
      .map(
        ([name, expected]) => `${name} ${textOf(there[name]) ?? 'not told'} instead of ${expected}`,
      );
    if (different.length === 0) {
      return Promise.resolve({
        found: `package ${here.package}, runtime handler ${here.runtimeHandler}, twilio ${here.twilio}`,
      });
    }
    return Promise.resolve(
      oneFinding({
        level: 'warning',
        id: 'functions-version-differs',
        found: `the Functions have ${different.join(', ')}`,
        why: 'what was changed here is not what callers get, and the two halves may not understand each other',
        remedy: updateCommand(facts.functionsUrl ?? ''),
      }),
    );
  },
};

import type { TwilioErrorTable } from './entry';

/** Twilio Functions. */
export const FUNCTION_ERRORS: TwilioErrorTable = {
  82001: {
    name: 'Function: answered 4xx',
    level: 'warning',
    cause: 'a Function answered with a 4xx status',
    remedy: 'see the Function’s log for the coded reason',
  },
  82002: {
    name: 'Function: answered 5xx',
    level: 'error',
    cause: 'a Function threw, never called back, or ran over its 10 s',
    remedy: 'see the Function’s log; the bridge must be asked with a time limit',
  },
  82003: {
    name: 'Function: deployment failed to install',
    level: 'error',
    cause: 'a dependency could not be installed: npm trouble, one that compiles, no space',
    remedy: 'keep only pure JavaScript packages in the root dependencies, at exact versions',
  },
  82004: {
    name: 'Function: console.warn',
    level: 'warning',
    cause: 'a Function wrote with console.warn, which Twilio reports here',
    remedy: 'use console.log for what needs no alarm',
  },
  82005: {
    name: 'Function: console.error',
    level: 'error',
    cause: 'a Function wrote with console.error, which Twilio reports here',
    remedy: 'read the text; use console.log for what needs no alarm',
  },
  82006: {
    name: 'Function: environment too large',
    level: 'error',
    cause: 'the variables are over 3 kB in all',
    remedy: 'keep long texts in assets',
  },
  82007: {
    name: 'Function: runtime not supported',
    level: 'error',
    cause: 'the build asks for a Node version that the platform does not have',
    remedy: 'set runtime in .twilioserverlessrc to one that Twilio lists, and deploy again',
  },
  82008: {
    name: 'Function: too many headers',
    level: 'error',
    cause: 'the headers and cookies of an answer are over 4 kB or more than 75',
    remedy: 'send fewer',
  },
  82009: {
    name: 'Function: repeated headers',
    level: 'error',
    cause: 'a header with several values needs a newer runtime handler',
    remedy: 'use @twilio/runtime-handler 1.2.0 or later',
  },
};

import { type Check, oneFinding } from '../../check';

/** That what answers are these Functions. */
export const checkDiagnostics: Check = {
  id: 'functions.diagnostics',
  title: 'Diagnostics of the Functions',
  needs: ['functions.reachable'],
  run: ({ facts }) => {
    const { functionsUrl = '', functionsAnswer } = facts;
    const said = parse(functionsAnswer?.body ?? '');
    if (said !== undefined && ['versions', 'config', 'bridge'].every((key) => key in said)) {
      facts.functionsDiagnostics = said;
      return Promise.resolve({ found: 'they are Functions of this package' });
    }
    const text = (functionsAnswer?.body ?? '').replace(/\s+/g, ' ').trim().slice(0, 120);
    return Promise.resolve(
      oneFinding({
        level: 'fault',
        id: 'functions-foreign',
        found: `${functionsUrl}/diagnostics is not the answer of these Functions: ${text === '' ? 'it is empty' : text}`,
        why: 'something else stands there, such as the notice of a tunnel: Twilio gets no TwiML of ours',
        remedy:
          'open that address in a browser and see what stands there; correct FUNCTIONS_URL, or npm run deploy',
      }),
    );
  },
};

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object has string keys; what they hold is looked at by each check.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Twilio's parameters by their own names; a repeated one is the last. */
export type Parameters = Readonly<Record<string, string>>;

/** Twilio sends some forty; a stranger who got past the signature may not send more than these. */
const MAX_PARAMETERS = 100;
const MAX_NAME = 64;
const MAX_VALUE = 1000;

/** The runtime's own field, and a credential that is nobody's business but Twilio's. */
const LEFT_OUT = ['request', 'CallToken'];

/** Reads the parameters of an event of the Functions runtime: query and body, merged by it. */
export function readParameters(event: object): Parameters {
  const entries = Object.entries(event)
    .filter(([name]) => !LEFT_OUT.includes(name) && name.length <= MAX_NAME)
    .slice(0, MAX_PARAMETERS)
    .flatMap(([name, value]: [string, unknown]) => {
      const last: unknown = Array.isArray(value) ? value.at(-1) : value;
      return typeof last === 'string' || typeof last === 'number' || typeof last === 'boolean'
        ? [[name, String(last).slice(0, MAX_VALUE)] as const]
        : [];
    });
  return Object.fromEntries(entries);
}

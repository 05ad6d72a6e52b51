import { parseArgs } from 'node:util';

export const OUTBOUND_HELP = `
Outbound calls, which the bridge places for an agent and what it shall know:

  --to NUMBER           a real call, through Twilio: the bridge at BRIDGE_URL (or PORT on this
                        machine) is asked, with ADMIN_TOKEN
  --var NAME=VALUE      a variable of the agent's file (repeatable). Without --to everything is
                        started on this machine, and a simulated restaurant takes the call
  --agent NAME          the agent; default AGENT
  --from NUMBER         default TWILIO_PHONE_NUMBER
  --machine-detection   an answering machine gets the file's message, or is hung up on
  --wait                follow a real call to its end; exit code 0 if there is an outcome
  --full                the simulated restaurant has no table left
  --json                one JSON object
`;

/** The options of an outbound call. */
export interface OutboundOptions {
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly agent: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly machineDetection: boolean;
  readonly wait: boolean;
  readonly full: boolean;
  readonly json: boolean;
}

/** The options are wrong; the message is one sentence that says how. */
export class OutboundUsageError extends Error {}

/** True for the options of an outbound call, rather than of a caller who dials in. */
export function isOutbound(args: readonly string[]): boolean {
  return args.some((arg) => /^--(to|var|wait|full|machine-detection)(=|$)/.test(arg));
}

/**
 * Reads the options.
 * @throws OutboundUsageError
 */
export function readOutboundOptions(args: readonly string[]): OutboundOptions {
  const values = parse(args);
  return {
    to: values.to,
    from: values.from,
    agent: values.agent,
    variables: Object.fromEntries(values.var.map(readVariable)),
    machineDetection: values['machine-detection'],
    wait: values.wait,
    full: values.full,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        to: text,
        from: text,
        agent: text,
        var: { type: 'string', multiple: true, default: [] as string[] },
        'machine-detection': flag,
        wait: flag,
        full: flag,
        json: flag,
      },
    }).values;
  } catch (error) {
    throw new OutboundUsageError(error instanceof Error ? error.message : String(error));
  }
}

function readVariable(text: string): [string, string] {
  const cut = text.indexOf('=');
  if (cut > 0) return [text.slice(0, cut), text.slice(cut + 1)];
  throw new OutboundUsageError(`--var must be as party_size=4, not ${text}`);
}

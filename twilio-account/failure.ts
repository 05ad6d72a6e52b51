import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';

/** What ends a command: one sentence with its remedy, and the exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** What `parseArgs` of Node says against options, as the end of a command. */
export function asOptionFault(error: unknown): CommandError {
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError(`${message.split('. ')[0] ?? message}; --help names the options`, 2);
}

const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_SOCKET)/;

/** What became of a request to Twilio that failed. */
export interface TwilioFailure {
  /** No answer, an answer that says no, or something else. */
  readonly kind: 'unreachable' | 'refused' | 'unknown';
  readonly status: number | undefined;
  /** Twilio's own code. */
  readonly code: number | undefined;
  /** The code of the connection or the message, without a word of what was sent. */
  readonly detail: string;
}

/** Reads what a failed request came to, also from the sentence that was made of it. */
export function readTwilioFailure(error: unknown): TwilioFailure {
  const cause = error instanceof CommandError && error.cause !== undefined ? error.cause : error;
  const { status, code, message } = Object(cause) as Partial<Record<string, unknown>>; // may have none
  const name = typeof code === 'string' ? code : '';
  const isUnreachable = UNREACHABLE.test(name) || /socket hang up|timeout/i.test(String(message));
  const isRefused = typeof status === 'number' || typeof code === 'number';
  return {
    kind: isUnreachable ? 'unreachable' : isRefused ? 'refused' : 'unknown',
    status: typeof status === 'number' ? status : undefined,
    code: typeof code === 'number' ? code : undefined,
    detail: name === '' ? String(message ?? cause) : name,
  };
}

/** Says what a failed request to Twilio means, without a word of what was sent. */
export function explainTwilio(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { kind, status, code, detail } = readTwilioFailure(error);
  const say = (message: string) => new CommandError(message, 1, { cause: error });
  if (kind === 'unreachable') {
    return say(
      `Twilio cannot be reached (${detail}). Check the network, and HTTP_PROXY if one is set; nothing more was changed.`,
    );
  }
  if (status === 401 || code === 20003) {
    return say(
      'Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN (20003). Copy both from the same account in the Twilio console; test credentials and API keys do not fit here.',
    );
  }
  if (code !== undefined) {
    const known = describeTwilioError(code);
    return say(`Twilio refuses with ${code}, ${known.name}: ${known.cause}; ${known.remedy}.`);
  }
  return say(`Twilio answered in a way that this command does not know: ${detail}`);
}

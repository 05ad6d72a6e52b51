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

const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_SOCKET)/;

/** Says what a failed request to Twilio means, without a word of what was sent. */
export function explainTwilio(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { status, code, message } = Object(error) as Partial<Record<string, unknown>>; // may have none
  const name = typeof code === 'string' ? code : '';
  if (UNREACHABLE.test(name) || /socket hang up|timeout/i.test(String(message))) {
    return new CommandError(
      `Twilio cannot be reached (${name === '' ? String(message) : name}). Check the network, and HTTP_PROXY if one is set; nothing more was changed.`,
      1,
      { cause: error },
    );
  }
  if (status === 401 || code === 20003) {
    return new CommandError(
      'Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN (20003). Copy both from the same account in the Twilio console; test credentials and API keys do not fit here.',
      1,
      { cause: error },
    );
  }
  if (typeof code === 'number') {
    const known = describeTwilioError(code);
    return new CommandError(
      `Twilio refuses with ${code}, ${known.name}: ${known.cause}; ${known.remedy}.`,
      1,
      { cause: error },
    );
  }
  return new CommandError(
    `Twilio answered in a way that this command does not know: ${String(message ?? error)}`,
    1,
    { cause: error },
  );
}

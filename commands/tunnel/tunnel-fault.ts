import { CommandError } from '../../twilio-account/failure';

/** What stands in the way, in one sentence, with what to do. Nothing was set if this is thrown. */
export class TunnelFault extends CommandError {
  /** @param exitCode 2 if the options are wrong, else 1. */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message, exitCode);
    this.name = 'TunnelFault';
  }
}

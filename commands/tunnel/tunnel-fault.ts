/** What stands in the way, in one sentence, with what to do. Nothing was set if this is thrown. */
export class TunnelFault extends Error {
  /** 2 if the options are wrong, else 1. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'TunnelFault';
    this.exitCode = exitCode;
  }
}

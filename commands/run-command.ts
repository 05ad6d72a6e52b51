import { CommandError } from '../twilio-account/failure';

/** Runs a command to its exit code: its help, its work, or one sentence on stderr. */
export async function runCommand(
  name: string,
  help: string,
  work: () => Promise<void>,
): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(help);
    return;
  }
  try {
    await work();
  } catch (error) {
    const known = error instanceof CommandError;
    const text = known
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    process.stderr.write(`npm run ${name}: ${text}\n`);
    process.exitCode = known ? error.exitCode : 1;
  }
}

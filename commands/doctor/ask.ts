import { createInterface } from 'node:readline';

/**
 * Asks on stderr, so that stdout has the result alone; only y and yes are a yes. Undefined where
 * there is no terminal to ask on.
 */
export function makeConfirm(): ((question: string) => Promise<boolean>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return (question) =>
    new Promise((resolve) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      // Ctrl-C and Ctrl-D close it without an answer.
      terminal.once('close', () => resolve(false));
      terminal.question(question, (answer) => {
        resolve(/^y(es)?$/i.test(answer.trim()));
        terminal.close();
      });
    });
}

// A Jest reporter: names what was skipped, and counts for the closing line of scripts/test.mjs.
import { writeFileSync } from 'node:fs';

export default class ClosingLine {
  #failure;

  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults.filter(({ status }) => status === 'pending' || status === 'todo'),
    );
    for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName}\n`);
    if (process.env.NOTHING_SKIPPED === '1' && skipped.length > 0) {
      this.#failure = new Error(`${skipped.length} tests were skipped, and NOTHING_SKIPPED is set`);
      process.stdout.write(`${this.#failure.message}\n`);
    }
    // A file that could not even be loaded has no tests to count, and is no less a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const { CLOSING_LINE: path } = process.env;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`;
    if (path !== undefined) writeFileSync(path, line);
  }

  getLastError() {
    return this.#failure;
  }
}

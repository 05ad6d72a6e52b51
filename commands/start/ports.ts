import { createServer } from 'node:net';

/** A port that a part wants, and the variable that gives it another. */
export interface WantedPort {
  readonly part: string;
  readonly port: number;
  readonly variable: string;
}

/** Reads a port from the environment. Throws an Error with one sentence if it is none. */
export function readPort(
  environment: NodeJS.ProcessEnv,
  part: string,
  variable: string,
  standard: number,
): WantedPort {
  const text = environment[variable];
  if (text === undefined || text === '') return { part, port: standard, variable };
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`${variable} is ${text}, which is no port. Example: ${variable}=${standard}`);
  }
  return { part, port, variable };
}

/** One sentence for each port that cannot be had, with what to do. */
export async function findPortFaults(wanted: readonly WantedPort[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, { part, port, variable }] of wanted.entries()) {
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    const remedy = `set ${variable} to another, as in: ${variable}=${port + 10} npm start`;
    if (twin !== undefined)
      faults.push(`Port ${port} is wanted by the ${twin.part} and by the ${part}: ${remedy}`);
    else if (!(await isFree(port))) {
      faults.push(
        `Port ${port}, wanted for the ${part}, is in use: end what listens there, or ${remedy}`,
      );
    }
  }
  return faults;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      probe.close(() => resolve(true)),
    );
  });
}

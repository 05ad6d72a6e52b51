import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import type { Due, RecordBase } from '../record-base';
import { openTables, type TableQuestion } from './tables';
import { TableThread } from './table-thread';

/** What keeps nothing: for tests. */
const IN_MEMORY = ':memory:';

/**
 * Records in a file of their own, embedded (libsql), in a thread of their own. What was written
 * survives a SIGKILL, also in mid-write.
 * @param path of the file; its folder is made; `:memory:` keeps nothing, and needs no thread.
 * @throws where the file cannot be opened.
 */
export async function openFileBase(path: string): Promise<RecordBase> {
  const by = randomUUID();
  const ask = path === IN_MEMORY ? askHere(path) : askThread(path);
  if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true });
  await ask({ ask: 'check' });
  return {
    write: async (entries) => {
      await ask({ ask: 'write', entries, nowMs: Date.now() });
    },
    // The answers have the types that `openTables` gives them.
    read: async (id) => (await ask({ ask: 'read', id })) as string | undefined,
    list: async (limit) => (await ask({ ask: 'list', limit })) as string[],
    listBefore: async (admittedAt, limit) =>
      (await ask({ ask: 'listBefore', admittedAt, limit })) as string[],
    remove: async (callSids) => {
      await ask({ ask: 'remove', callSids });
    },
    readResumeData: async (callSid) =>
      (await ask({ ask: 'readResumeData', callSid })) as string | undefined,
    listUnended: async (savedBeforeMs, limit) =>
      (await ask({ ask: 'listUnended', savedBeforeMs, limit })) as string[],
    removeResumeData: async (beforeMs) => {
      await ask({ ask: 'removeResumeData', beforeMs });
    },
    listDue: async (limit) => (await ask({ ask: 'listDue', limit })) as Due[],
    claimDue: async (callSid, forMs) =>
      (await ask({ ask: 'claimDue', callSid, by, forMs, nowMs: Date.now() })) as boolean,
    removeDue: async (callSid) => {
      await ask({ ask: 'removeDue', callSid });
    },
    check: async () => {
      // A file that somebody deleted is still written to, and gone with the process.
      if (path !== IN_MEMORY && !existsSync(path)) throw new Error(`${path} is gone`);
      await ask({ ask: 'check' });
    },
    close: async () => {
      await ask({ ask: 'close' });
    },
  };
}

function askThread(path: string): (question: TableQuestion) => Promise<unknown> {
  const thread = new TableThread(path);
  return (question) => thread.ask(question);
}

function askHere(path: string): (question: TableQuestion) => Promise<unknown> {
  const tables = openTables(Database, path);
  return (question) => new Promise((resolve) => resolve(tables(question)));
}

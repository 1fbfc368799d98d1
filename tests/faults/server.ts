// Checks of a server that has met a fault, or of the next one.

import { readdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type FlowgClient } from "../../sdk/index.js";
import { PATIENCE_MS } from "../eventually.js";
import type { ServerProcess } from "../http/server-process.js";
import type { Fault } from "./library.js";

const PASSWORD = "correct horse battery staple";
export const ENV = { FLOWG_INITIAL_PASSWORD: PASSWORD };
const ASK_AGAIN_MS = 50;
/** The codes of a fault of ours: nothing that a disk does may look like one. */
export const FAULTS: ReadonlySet<string> = new Set(["INTERNAL", "ANSWER_UNEXPECTED"]);

export interface Outcome {
  wrong: string[];
  hits: number;
  /** The server has ended by itself, because LMDB can't go on with a database. */
  hasGivenUp?: boolean;
}

export const isByForce = (fault: Fault | undefined): boolean =>
  fault?.deed === "kill" || fault?.deed === "torn";

/** The process that watches over the server takes a moment to see that it was killed. */
export async function isEnding({ exited }: ServerProcess): Promise<boolean> {
  const late = pause(PATIENCE_MS, "late", { ref: false });
  return (await Promise.race([exited, late])) !== "late";
}

/**
 * The second: lmdb-js has ended the process, which it does where LMDB can't open a compact copy, and the watching process has
 * told. Before it on its line there may be what LMDB writes without a newline (mdb.c: mdb_page_flush, mdb_txn_commit).
 */
const ENDINGS =
  /^(?:Write error: [^\n]* position \d+, size \d+|txn has failed\/finished, can't commit)*error: (the \w+ database can't be used any more|the server was ended by SIG(SEGV|ABRT))/m;

/** Whether it has ended, with words, because LMDB can't go on with a database. */
export async function hasGivenUp(server: ServerProcess): Promise<boolean> {
  let how: unknown;
  server.exited.then((code) => {
    how = code;
  });
  const end = performance.now() + PATIENCE_MS;
  while (how === undefined && performance.now() < end) {
    const health = await fetch(`${server.managementUrl}/health`).catch(() => undefined);
    if (health?.status === 200) return false;
    await pause(ASK_AGAIN_MS);
  }
  return how === 4 && ENDINGS.test(server.stderr());
}

/** A download can end a moment before its file is gone. */
export async function leftInSpools(root: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of ["auth", "config", "log"]) {
    const left = await leftIn(`${root}/${name}/spool`);
    if (left.length > 0) wrong.push(`left in the spool of ${name}: ${left.join(", ")}`);
  }
  return wrong;
}

async function leftIn(spool: string): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = await readdir(spool).catch(() => []);
    if (left.length === 0 || performance.now() > end) return left;
    await pause(ASK_AGAIN_MS);
  }
}

export async function clientOf({ url }: ServerProcess): Promise<FlowgClient> {
  const token = await createClient({ baseUrl: url }).auth.login("root", PASSWORD);
  return createClient({ baseUrl: url, token });
}

/** Its own look may meet the fault: then it says so, once, and is well again. */
export async function healthOf({ managementUrl }: ServerProcess): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status } = await fetch(`${managementUrl}/health`);
    if (status === 200) return [];
    if (performance.now() > end) return [`/health answers ${status}, and goes on so`];
    await pause(ASK_AGAIN_MS);
  }
}

/** Stops it, unless it has ended, and says what was wrong with how it ended. */
export async function ended(server: ServerProcess, fault: Fault | undefined): Promise<string[]> {
  server.child.kill("SIGTERM");
  const timer = new AbortController();
  const late = pause(PATIENCE_MS, "late", { signal: timer.signal }).catch(() => "late");
  const how = await Promise.race([server.exited, late]);
  timer.abort();
  const text = `${server.stdout()}${server.stderr()}`;
  const wrong: string[] = [];
  if (how === "late") {
    server.child.kill("SIGKILL");
    wrong.push("doesn't stop");
  } else if (typeof how === "string" && !(isByForce(fault) && how === "SIGKILL")) {
    wrong.push(`died of ${how}`);
  }
  if (how === 1 || /unexpected fault/i.test(text)) {
    wrong.push(`an unexpected fault: ${server.stderr().trim().slice(-300)}`);
  }
  if (how !== 0 && typeof how === "number" && !/error: \S/.test(server.stderr()))
    wrong.push(`ended with ${how} and no error message`);
  return wrong;
}

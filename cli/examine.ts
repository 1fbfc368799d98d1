// Finds out whether a damaged database ended a server. Another process checks all pages, since it may die of that, too.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DatabaseKind } from "../server/records/kinds.js";

export interface Damage {
  message: string;
  hint: string | undefined;
}

/** Milliseconds. The restart of the server waits for this, and its start checks all pages anyway. */
const PATIENCE_MS = 10_000;

/** @returns what is wrong with the first damaged database; undefined if there is none, or the time was too short */
export function examine(dirs: Record<DatabaseKind, string>): Promise<Damage | undefined> {
  return new Promise((resolve) => {
    const module = fileURLToPath(new URL("./examiner.js", import.meta.url));
    const child = fork(module, [], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const end = (found: Damage | undefined) => {
      clearTimeout(timer);
      resolve(found);
    };
    child.once("message", (found: Damage | null) => end(found ?? undefined));
    child.once("error", () => end(undefined));
    child.once("exit", () => end(undefined));
    if (child.connected) child.send(dirs, () => undefined);
  });
}

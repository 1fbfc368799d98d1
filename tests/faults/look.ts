// Looks at the databases and the backup after a run, in a process of its own.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DatabaseKind } from "../../server/records/kinds.js";

const SCRIPT = fileURLToPath(new URL("./look.mjs", import.meta.url));

export interface Places {
  dirs: Record<DatabaseKind, string>;
  backupDir?: string | undefined;
}

export interface SeenUndo {
  /** Restores that can be taken back: the file of each was read with every check. */
  kept: number;
  /** Files of no restore that the database knows. */
  orphans: number;
}

export interface Seen {
  /** `nothing`, `broken: why`, or how many records and their SHA-256. */
  databases: Record<string, string>;
  /** The same, and the size of its file. */
  sizes: Record<string, string>;
  /** What takes restores back, by database; else what is wrong with it. */
  undo: Record<string, SeenUndo | string>;
  /** For each name `nothing`, `broken: why`, or its set and its SHA-256. */
  files: Record<string, string>;
}

/** Ends with `using`. */
export class Looker implements Disposable {
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws if the process dies of what it looks at */
  look(places: Places): Promise<Seen> {
    const looking = this.#last.then(() => this.#look(places));
    this.#last = looking.catch(() => {});
    return looking;
  }

  async #look(places: Places): Promise<Seen> {
    this.#child ??= fork(SCRIPT, { execArgv: [] });
    const child = this.#child;
    const died = new AbortController();
    const exit = once(child, "exit", { signal: died.signal }).then(([code, signal]) => {
      this.#child = undefined;
      throw new Error(`looking at the result ended the process: ${signal ?? code}`);
    });
    const answer = once(child, "message", { signal: died.signal });
    child.send(places);
    try {
      const [seen] = (await Promise.race([answer, exit])) as [Seen];
      return seen;
    } finally {
      exit.catch(() => {});
      answer.catch(() => {});
      died.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#child?.kill("SIGKILL");
  }
}

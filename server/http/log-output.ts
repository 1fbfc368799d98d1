// Writes the server's log to stdout. Neither requests nor the end of the process wait for its reader: lines that can't be
// written are dropped and counted. (pino's own output waits for ever, in Atomics.wait, for a pipe whose reader stands still.)
// Lines about requests that were answered in one turn of the event loop go to a reader in one write: a commit answers many.

import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";

/** How many bytes may wait for a slow reader. */
const PENDING_MAX_BYTES = 1024 * 1024;
/** How long the last lines may take at the end. */
const FLUSH_MS = 1_000;

/** `process.stdout`, which may be of several kinds. */
type Stdout = Writable & { readonly fd?: number; readonly isTTY?: boolean };

/** Writes one line. @throws NodeJS.ErrnoException if it can't be written now */
type WriteLine = (line: string) => void;

export class LogOutput {
  /** How many lines could not be written since the start. */
  dropped = 0;
  /** How many of these the log hasn't reported yet. */
  #untold = 0;
  /** Called with the number of dropped lines once lines can be written again. */
  onRecovered: ((lines: number) => void) | undefined;
  readonly #write: WriteLine;
  /** What this turn has given, for a reader. */
  #lines: string[] = [];
  #bytes = 0;

  constructor(private readonly stdout: Stdout) {
    this.#write = stdout instanceof Socket ? this.#toReader(stdout) : toFile(stdout.fd ?? 1);
  }

  readonly write = (line: string): void => {
    this.#take(line);
    this.writeNow();
  };

  /** Writes it with others of this turn of the event loop, or with the next line that can't wait. */
  readonly writeSoon = (line: string): void => {
    this.#take(line);
    if (this.#lines.length === 1) setImmediate(() => this.writeNow());
  };

  #take(line: string): void {
    try {
      this.#write(line);
    } catch {
      this.#drop();
      return;
    }
    if (this.#untold === 0 || this.stdout.writableLength > PENDING_MAX_BYTES / 2) return;
    const lines = this.#untold;
    this.#untold = 0;
    this.onRecovered?.(lines);
  }

  #drop(): void {
    this.dropped++;
    this.#untold++;
  }

  /** A pipe, a socket or a terminal: its reader may be slow, stop reading, or be gone. */
  #toReader(stdout: Stdout): WriteLine {
    // the write itself counts a lost line
    stdout.on("error", () => {});
    neverWait(stdout);
    return (line) => {
      if (!stdout.writable || stdout.writableLength + this.#bytes + line.length > PENDING_MAX_BYTES)
        throw new Error("its reader is gone, or doesn't read");
      this.#lines.push(line);
      this.#bytes += line.length;
    };
  }

  /** Writes what this turn has given. Call it where the process may end in this turn. */
  writeNow(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    this.#bytes = 0;
    this.stdout.write(lines.join(""), (error) => {
      if (error) for (const _ of lines) this.#drop();
    });
  }

  /** Waits for the last lines, but not for long. */
  async flush(): Promise<void> {
    this.writeNow();
    if (!(this.stdout instanceof Socket) || !this.stdout.writable) return;
    const written = new Promise<void>((resolve) => this.stdout.write("", () => resolve()));
    await Promise.race([written, setTimeout(FLUSH_MS, undefined, { ref: false })]);
  }
}

/** A file, or a device such as /dev/full. The next line is tried again: a disk may get room. */
function toFile(fd: number): WriteLine {
  /** Whether the last line was written only in part. */
  let isTorn = false;
  return (line) => {
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    let done = 0;
    try {
      while (done < bytes.byteLength) done += writeSync(fd, bytes, done);
      isTorn = false;
    } catch (error) {
      isTorn ||= done > 0;
      throw error;
    }
  };
}

/** By default Node waits for every write to a terminal, even one that Ctrl-S has stopped or that nothing reads. */
function neverWait(stdout: Stdout): void {
  if (!stdout.isTTY) return;
  const { _handle: handle } = stdout as { _handle?: { setBlocking?(waits: boolean): void } };
  handle?.setBlocking?.(false);
}

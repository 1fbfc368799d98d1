// What a person or a script gives on stdin: a confirmation, a password. Nothing typed is ever echoed by a
// password question, and nothing is asked where no terminal can answer.

import { Writable } from "node:stream";
import { CliError } from "../failure.js";
import type { Output } from "../output/output.js";

export interface InputOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: { isTTY?: boolean | undefined };
  /** What Ctrl-C does while the terminal hands it to us as a key. */
  readonly interrupt: () => void;
}

/** Longest password that is read from stdin, bytes. */
const PASSWORD_MAX_BYTES = 4096;

export class Input {
  constructor(
    private readonly options: InputOptions,
    private readonly output: Output,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether a person is there to be asked. */
  get interactive(): boolean {
    return this.options.stdin.isTTY === true && this.options.stderr.isTTY === true;
  }

  /** Only `y` and `yes` are a yes. */
  async confirm(question: string): Promise<boolean> {
    const answer = await this.ask(`${question} [y/N] `, false);
    return /^\s*y(es)?\s*$/i.test(answer);
  }

  /** Asks twice, without echo. */
  async newPassword(question: string): Promise<string> {
    const password = await this.ask(`${question}: `, true);
    if (password === "") throw new CliError("USAGE", "the password is empty");
    if ((await this.ask("Again: ", true)) !== password) {
      throw new CliError("USAGE", "the two passwords differ");
    }
    return password;
  }

  /** All of stdin, without the newline that `echo` adds. */
  async passwordFromStdin(): Promise<string> {
    const { signal } = this;
    const { stdin } = this.options;
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = () => stdin.destroy();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const chunk of stdin) {
        chunks.push(Buffer.from(chunk));
        bytes += chunk.length;
        if (bytes > PASSWORD_MAX_BYTES) {
          throw new CliError(
            "USAGE",
            `the password on stdin is longer than ${PASSWORD_MAX_BYTES} bytes`,
          );
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    signal.throwIfAborted();
    const password = Buffer.concat(chunks)
      .toString()
      .replace(/\r?\n$/, "");
    if (password === "") throw new CliError("USAGE", "there is no password on stdin");
    return password;
  }

  private async ask(question: string, hidden: boolean): Promise<string> {
    const { output, signal } = this;
    const { stdin, interrupt } = this.options;
    const { createInterface } = await import("node:readline");
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    output.question(question);
    // a plain answer is echoed by the terminal itself (no raw mode), a hidden one by nobody
    const lines = createInterface({
      input: stdin,
      output: nowhere,
      terminal: hidden,
      historySize: 0,
    });
    try {
      return await new Promise<string>((resolve, reject) => {
        lines.once("line", resolve);
        lines.once("SIGINT", interrupt);
        lines.once("close", () => reject(new CliError("CANCELLED", "there was no answer")));
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        signal.throwIfAborted();
      });
    } finally {
      lines.close();
      if (hidden) output.endQuestion();
    }
  }
}

// Reads stdin: answers, passwords, logs and backups. A typed password isn't echoed. Without a terminal, nothing is asked.

import { on } from "node:events";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setTimeout } from "node:timers/promises";
import { CliError } from "../failure.js";
import type { Output } from "../output/output.js";
import { withoutNewline } from "../secret-variables.js";
import { withoutByteOrderMark } from "./byte-order-mark.js";

export interface InputOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: { isTTY?: boolean | undefined };
  /** Called for Ctrl-C while the terminal hands it over as a key. */
  readonly interrupt: () => void;
}

/** Within this time the terminal hands over what was typed before. */
const TYPED_BEFORE_MS = 50;

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

  /** Asks for a confirmation. Only `y` and `yes` confirm. */
  async confirm(question: string): Promise<boolean> {
    await this.forget();
    const answer = await this.dialogue(false, (ask) => ask(`${question} [y/N] `));
    return /^\s*y(es)?\s*$/i.test(answer);
  }

  /** Asks for one line. */
  async line(question: string): Promise<string> {
    return (await this.dialogue(false, (ask) => ask(`${question}: `))).trim();
  }

  /** Asks once, without echo. */
  async password(question: string): Promise<string> {
    const password = await this.dialogue(true, (ask) => ask(`${question}: `));
    if (password === "") throw new CliError("USAGE", "the password is empty");
    return password;
  }

  /** Asks twice, without echo. */
  async newPassword(question: string): Promise<string> {
    const [password, again] = await this.dialogue(true, async (ask) => [
      await ask(`${question}: `),
      await ask("Again: "),
    ]);
    if (password === "") throw new CliError("USAGE", "the password is empty");
    if (again !== password) throw new CliError("USAGE", "the two passwords differ");
    return password;
  }

  /** All of stdin, without the newline that `echo` adds. */
  async passwordFromStdin(): Promise<string> {
    const text = await this.text("the password on stdin", PASSWORD_MAX_BYTES);
    const password = withoutNewline(text);
    if (password === "") throw new CliError("USAGE", "there is no password on stdin");
    return password;
  }

  /**
   * All of stdin.
   * @param what its name in the message if it is too long
   */
  async text(what: string, maxBytes: number): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new CliError("USAGE", `${what} is longer than ${maxBytes} bytes`);
      }
    }
    return withoutByteOrderMark(Buffer.concat(chunks).toString());
  }

  /** All of stdin, as it comes. @throws USAGE where it is a terminal */
  bytes(): AsyncGenerator<Buffer> {
    if (!this.options.stdin.isTTY) return this.chunks();
    throw new CliError(
      "USAGE",
      "a backup is not typed at a terminal",
      "redirect stdin, or give a path",
    );
  }

  /** The lines of stdin as they come, empty ones left out. */
  async *lines(): AsyncGenerator<string> {
    let isFirst = true;
    for await (const line of this.#lines()) {
      yield isFirst ? withoutByteOrderMark(line) : line;
      isFirst = false;
    }
  }

  async *#lines(): AsyncGenerator<string> {
    const decoder = new StringDecoder("utf8");
    let rest = "";
    for await (const chunk of this.chunks()) {
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? "";
      yield* lines.filter((line) => line !== "");
    }
    rest += decoder.end();
    if (rest !== "") yield rest;
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    const { signal } = this;
    const { stdin } = this.options;
    const stop = () => stdin.destroy();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const chunk of stdin) yield Buffer.from(chunk);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    signal.throwIfAborted();
  }

  /** Drops lines that were typed before a question was shown. */
  private async forget(): Promise<void> {
    const { stdin } = this.options;
    // with no listener, what flows in is dropped
    stdin.resume();
    await setTimeout(TYPED_BEFORE_MS);
    stdin.pause();
    // after Ctrl-D no answer will come, and readline wouldn't say so
    if (stdin.readableEnded) throw new CliError("CANCELLED", "there was no answer");
  }

  /**
   * Asks questions on the terminal, and gets one line for each. Hidden answers stay hidden from the first question to the last
   * answer.
   */
  private async dialogue<T>(
    hidden: boolean,
    hold: (ask: (question: string) => Promise<string>) => Promise<T>,
  ): Promise<T> {
    const { output, signal } = this;
    const { createInterface } = await import("node:readline");
    signal.throwIfAborted();
    // without raw mode the terminal echoes an answer, and with it nothing does; the interface is made before the question is
    // shown, or what is typed at once would still be echoed
    const lines = createInterface({
      input: this.options.stdin,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: hidden,
      historySize: 0,
    });
    lines.on("SIGINT", this.options.interrupt);
    const answers = on(lines, "line", { signal, close: ["close"] });
    const ask = async (question: string): Promise<string> => {
      output.question(question);
      try {
        const { value, done } = await answers.next();
        if (done) throw new CliError("CANCELLED", "there was no answer");
        if (hidden) output.endQuestion();
        return String(value[0]);
      } catch (error) {
        // nobody has typed a newline yet
        output.endQuestion();
        throw signal.aborted ? signal.reason : error;
      }
    };
    try {
      return await hold(ask);
    } finally {
      lines.close();
    }
  }
}

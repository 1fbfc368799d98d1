// Prints everything but `--version`: results on stdout, all else on stderr.

import type { Environment } from "../check-words.js";
import { CliError, causeChain, type Failure, failureOf } from "../failure.js";
import { fileFault } from "../file-fault.js";
import { NO_PROGRESS, type ProgressReporter, progressBar, progressLines } from "./progress.js";
import type { Result } from "./result.js";
import { safe, safeJson, withoutTokens } from "./safe.js";
import { type Style, styleFor } from "./style.js";
import { wrap } from "./wrap.js";

/** The part of a stream that printing needs. */
export interface Stream {
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Bytes that wait for a reader. */
  readonly writableLength?: number | undefined;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface OutputOptions {
  stdout: Stream;
  stderr: Stream;
  env: Environment;
}

export class Output {
  /** The style of texts on stdout. */
  readonly style: Style;
  private readonly stderrStyle: Style;
  private quiet = false;
  private json = false;
  private reporter: ProgressReporter | undefined;
  private readonly stdout: Channel;
  private readonly stderr: Channel;

  constructor(private readonly options: OutputOptions) {
    this.style = styleFor(options.stdout, options.env);
    this.stderrStyle = styleFor(options.stderr, options.env);
    this.stdout = new Channel(options.stdout);
    this.stderr = new Channel(options.stderr, UNREAD_MAX_BYTES);
  }

  /** Columns for running text on stdout. */
  get width(): number {
    return Math.min(this.options.stdout.columns || 80, 100);
  }

  /** Columns for tables on stdout; no limit without a terminal. */
  get tableWidth(): number {
    const { isTTY, columns } = this.options.stdout;
    return (isTTY && columns) || Number.POSITIVE_INFINITY;
  }

  configure(mode: { quiet?: boolean; json?: boolean }): void {
    this.quiet = mode.quiet ?? this.quiet;
    this.json = mode.json ?? this.json;
  }

  /** Progress of the operation at hand. */
  get progress(): ProgressReporter {
    this.reporter ??= this.makeReporter();
    return this.reporter;
  }

  private makeReporter(): ProgressReporter {
    if (this.quiet) return NO_PROGRESS;
    const { stderr, env } = this.options;
    const sink = {
      write: (text: string) => this.stderr.write(text),
      get columns() {
        return stderr.columns;
      },
    };
    // a screen reader would read each redrawn bar aloud, and a log would keep every one
    const isStill = [env.NO_COLOR, env.CI].some(Boolean) || env.TERM === "dumb";
    return stderr.isTTY && !isStill ? progressBar(sink) : progressLines(sink);
  }

  /** Prints a remark, but not with `--quiet`. */
  remark(text: string): void {
    if (!this.quiet) this.line(this.stderrStyle.dim(this.wrapped(safe(text))));
  }

  /** Prints a remark of several lines. */
  remarks(text: string): void {
    if (!this.quiet) this.preview(text);
  }

  /** Prints something that a person must see, although it isn't an error. */
  warn(text: string): void {
    this.labelled("warning:", safe(text), this.stderrStyle.yellow);
  }

  /** Prints one of several problems. The failure that ends the run comes after them. */
  problem(text: string): void {
    this.labelled("bad:", safe(withoutTokens(text)), this.stderrStyle.red);
  }

  /** Prints text before a question. It keeps lines, and makes the rest safe. */
  preview(text: string): void {
    for (const line of text.split("\n")) this.line(safe(line));
  }

  /** Prints a question. The cursor stays behind it. */
  question(text: string): void {
    this.reporter?.clear();
    this.stderr.write(safe(text));
  }

  /** Ends the line of a question whose answer was not echoed. */
  endQuestion(): void {
    this.stderr.write("\n");
  }

  /** Prints help, a trusted text with {@link style}. */
  help(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /**
   * Prints one item of a result that comes bit by bit, as a line on stdout. It waits for a slow reader, until the signal
   * aborts.
   * @returns whether it was written
   */
  async item(json: object, text: string, signal: AbortSignal): Promise<boolean> {
    this.reporter?.clear();
    const line = `${this.json ? safeJson(json) : safe(text)}\n`;
    return await this.stdout.writeAndWait(line, signal);
  }

  /** @throws USAGE unless stdout can take bytes, and nothing else goes there */
  demandPipe(): void {
    const hint = "redirect stdout, or give a directory";
    if (this.options.stdout.isTTY) {
      throw new CliError("USAGE", "a backup is not written to a terminal", hint);
    }
    if (this.json) {
      throw new CliError("USAGE", "--json and the backup would both go to stdout", hint);
    }
  }

  /** Writes bytes to stdout, at its reader's speed. @throws FILE_UNAVAILABLE, DISK_FULL unless all are written */
  async bytes(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    this.reporter?.clear();
    for await (const piece of bytes) {
      if (await this.stdout.writeAndWait(piece, signal)) continue;
      signal.throwIfAborted();
      const { fault } = this.stdout;
      throw fault
        ? fileFault(fault, "write to", "stdout")
        : new CliError("FILE_UNAVAILABLE", "cannot write to stdout: its reader is gone");
    }
  }

  result(result: Result): void {
    this.reporter?.clear();
    if (this.json && result.failure !== undefined) {
      const { code, message, hint } = failureOf(result.failure);
      this.stdout.write(`${safeJson({ success: false, code, message, hint, ...result.json })}\n`);
      // this object holds the failure that follows
      this.json = false;
    } else if (this.json) this.stdout.write(`${safeJson({ success: true, ...result.json })}\n`);
    else if (
      result.text !== "" &&
      (result.essential || result.failure !== undefined || !this.quiet)
    ) {
      this.stdout.write(`${result.text}\n`);
    }
  }

  /** Prints an error and its hint. It prints a stack only for a fault of this program with FLOWG_DEBUG=1. */
  failure({ code, cause, ...said }: Failure): void {
    const message = withoutTokens(said.message);
    const hint = said.hint && withoutTokens(said.hint);
    const { red, bold } = this.stderrStyle;
    this.labelled("error:", safe(message), (label) => red(bold(label)));
    if (hint !== undefined) this.labelled("hint:", safe(hint), bold);
    if (code === "INTERNAL" && this.options.env.FLOWG_DEBUG === "1") {
      for (const trace of causeChain(cause)) this.preview(trace);
    }
    if (this.json) {
      this.stdout.write(`${safeJson({ success: false, code, message, hint })}\n`);
    }
  }

  private labelled(label: string, text: string, style: (label: string) => string): void {
    this.line(this.wrapped(`${label} ${text}`).replace(label, style));
  }

  /** Breaks lines between words on a terminal. */
  private wrapped(text: string): string {
    const { isTTY, columns } = this.options.stderr;
    return isTTY && columns ? wrap(text, columns, 0) : text;
  }

  private line(text: string): void {
    this.reporter?.clear();
    this.stderr.write(`${text}\n`);
  }

  /** Resolves when all is written. @returns the first fault of stdout; a reader that has left doesn't count */
  async flush(): Promise<Error | undefined> {
    await Promise.all([this.stdout.flush(), this.stderr.flush()]);
    return this.stdout.fault;
  }
}

/** The most bytes that may wait on stderr if nobody reads. */
const UNREAD_MAX_BYTES = 1024 * 1024;

/** Writes to one stream until it fails. */
class Channel {
  fault: Error | undefined;
  private readonly closed = new AbortController();
  private isUsed = false;

  constructor(
    private readonly stream: Stream,
    private readonly unreadMaxBytes = Number.POSITIVE_INFINITY,
  ) {
    stream.on("error", (error) => {
      // `flowg help | head -1`: the reader has seen enough
      if (!("code" in error && error.code === "EPIPE")) this.fault ??= error;
      this.closed.abort();
    });
  }

  write(text: string): void {
    if (this.closed.signal.aborted) return;
    this.isUsed = true;
    if ((this.stream.writableLength ?? 0) < this.unreadMaxBytes) this.stream.write(text);
  }

  /** Writes, and waits until it is written, the stream is closed, or the signal aborts. @returns whether it is written */
  writeAndWait(text: string | Uint8Array, signal?: AbortSignal): Promise<boolean> {
    this.isUsed = true;
    const stops = signal ? [signal, this.closed.signal] : [this.closed.signal];
    if (stops.some(({ aborted }) => aborted)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (isWritten: boolean) => {
        for (const stop of stops) stop.removeEventListener("abort", fail);
        resolve(isWritten);
      };
      const fail = () => end(false);
      for (const stop of stops) stop.addEventListener("abort", fail);
      this.stream.write(text, (error) => end(!error));
    });
  }

  async flush(): Promise<void> {
    // only if used: on a full disk even an empty write fails, and a server's stdout is its log, not a result
    if (this.isUsed) await this.writeAndWait("");
  }
}

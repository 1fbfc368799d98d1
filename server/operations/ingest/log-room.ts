// Bounds the memory of logs on their way. A script may make several logs of one, a next script several of each, and a flow may
// store each of them in many streams: a small log can become gigabytes. So what is made of logs takes its bytes from the room of
// its request, and from that of the server.

import { FlowgError } from "../../platform/errors.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";

const MIB = 1024 * 1024;
/** What the logs of one request may take on their way. A chain of scripts holds what each of them makes until its end. */
export const REQUEST_BYTES = 128 * MIB;
/** What all entries of one log may take: they are written in one transaction. */
export const ENTRIES_BYTES = 64 * MIB;
/** What the logs of all requests may take together. */
export const SERVER_BYTES = 384 * MIB;
/** What the failures of one request may take of its room: beyond that they must not stop branches that work. */
export const FAILURES_BYTES = 32 * MIB;
const RETRY_AFTER_SECONDS = 1;

/** Estimates of what these take besides their text. */
const LOG_BYTES = 512;
const FIELD_BYTES = 48;
/** A log's way to one more stream or alert. */
export const END_BYTES = 128;
/** An error with its stack. */
const FAILURE_BYTES = 2_048;

/** The room that all requests share. */
export class LogRoom {
  #taken = 0;

  get taken(): number {
    return this.#taken;
  }

  forRequest(): RequestRoom {
    return new RequestRoom(this);
  }

  /** @returns whether there was room */
  tryTake(bytes: number): boolean {
    if (this.#taken + bytes > SERVER_BYTES) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** The room of one request. Whatever it still holds goes back at its end. */
export class RequestRoom implements Disposable {
  #taken = 0;
  #failures = 0;

  constructor(private readonly server: LogRoom) {}

  /**
   * Throws nothing, since a log may lack room in thousands of places.
   * @returns whose room is too small; undefined once the bytes are taken
   */
  tryTake(bytes: number): Lacking | undefined {
    if (this.#taken + bytes > REQUEST_BYTES) return "request";
    if (!this.server.tryTake(bytes)) return "server";
    this.#taken += bytes;
    return undefined;
  }

  /**
   * @param what takes it, for the error: `transformer "parse"`
   * @throws INPUT_TOO_LARGE for what makes too much of this request's logs, BUSY
   */
  take(bytes: number, what: string): void {
    const lacking = this.tryTake(bytes);
    if (lacking) throw noRoom(lacking, what);
  }

  /** @returns whether there was room for one more failure */
  tryTakeFailure(): boolean {
    if (this.#failures + FAILURE_BYTES > FAILURES_BYTES) return false;
    if (this.tryTake(FAILURE_BYTES) !== undefined) return false;
    this.#failures += FAILURE_BYTES;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    this.server.give(bytes);
  }

  /** Takes what entries need while they are written. @throws BUSY */
  writing(bytes: number): Disposable {
    if (!this.server.tryTake(bytes)) throw noRoom("server", "");
    return { [Symbol.dispose]: () => this.server.give(bytes) };
  }

  [Symbol.dispose](): void {
    this.give(this.#taken);
  }
}

type Lacking = "request" | "server";

/** @param what lacks the room of its request */
export function noRoom(lacking: Lacking, what: string): FlowgError {
  if (lacking === "server") {
    return new FlowgError("BUSY", "too many large logs are on their way", {
      hint: "send it again later; if it fails again and again, scripts or flows make too much of their logs",
      details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    });
  }
  return new FlowgError(
    "INPUT_TOO_LARGE",
    `${what}: with what it makes of this log, the request's logs take more than ${REQUEST_BYTES / MIB} MiB on their way`,
    { hint: "let scripts make less of a log, or send fewer logs at a time" },
  );
}

/** What a log takes in memory, about. */
export function memoryOf(fields: Fields | WrittenFields): number {
  if (fields instanceof WrittenFields) return LOG_BYTES + fields.json.byteLength;
  let bytes = LOG_BYTES;
  for (const name in fields) bytes += FIELD_BYTES + name.length + (fields[name]?.length ?? 0);
  return bytes;
}

// What every call to somebody else's server has, whatever its protocol: a limit of time, an end when the caller stops, and words
// for what went wrong. The words never say what was sent or answered.

import { FlowgError } from "../../platform/errors.js";

const TIMEOUT_MS = 10_000;

export interface CallFailure {
  error: FlowgError;
  /** Whether the same call may succeed later. */
  mayPass: boolean;
}

/** Words for the messages of a call. */
export interface CallWords {
  /** `the webhook` */
  what: string;
  /** Whose settings have its place: `the alert`. */
  owner: string;
  /** What the settings call its place: `URL`. */
  place: string;
  /** What it should have done, `[answered, answer]`. */
  verb: readonly [past: string, bare: string];
}

export const ANSWERED = ["answered", "answer"] as const;

export interface LimitedCall<Answer> extends CallWords {
  /** Makes the call, and ends with the signal. */
  call: (signal: AbortSignal) => Promise<Answer>;
  /** Faults that the protocol knows better. */
  explain?: (cause: unknown) => CallFailure | undefined;
}

/** A failure that another try doesn't mend. */
export const lasting = (
  message: string,
  options?: ConstructorParameters<typeof FlowgError>[2],
): CallFailure => ({
  error: new FlowgError("UPSTREAM_FAILED", message, options),
  mayPass: false,
});

export type Called<Answer> =
  | { failure: CallFailure; answer?: undefined }
  | { failure?: undefined; answer: Answer };

export async function limitedCall<Answer>(
  { call, explain, ...words }: LimitedCall<Answer>,
  signal: AbortSignal,
): Promise<Called<Answer>> {
  // AbortSignal.any isn't used: in Node 20 a signal that lives long keeps something of each
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const timer = setTimeout(stop, TIMEOUT_MS);
  try {
    return { answer: await call(abort.signal) };
  } catch (cause) {
    const known = signal.aborted || cause instanceof FlowgError ? undefined : explain?.(cause);
    const state = { isStopped: signal.aborted, isLate: abort.signal.aborted };
    return { failure: known ?? failureOf(cause, words, state) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function failureOf(
  cause: unknown,
  { what, owner, place, verb: [past, bare] }: CallWords,
  { isStopped, isLate }: { isStopped: boolean; isLate: boolean },
): CallFailure {
  if (isStopped)
    return { error: new FlowgError("CANCELLED", `stopped before ${what} ${past}`), mayPass: true };
  if (cause instanceof FlowgError)
    return lasting(`${owner} cannot be called: ${cause.message}`, { hint: cause.hint, cause });
  const message = isLate
    ? `${what} did not ${bare} within ${TIMEOUT_MS / 1000} seconds`
    : `${what} cannot be reached`;
  const hint = `check ${owner}'s ${place}, and that this server may connect to it`;
  return { error: new FlowgError("UPSTREAM_FAILED", message, { cause, hint }), mayPass: true };
}

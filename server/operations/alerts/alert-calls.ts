// Calls the webhooks of alerts. A log doesn't wait for its calls: each waits in memory and is tried a few times. A call that
// fails in the end is counted and logged. A server that stops sends what it can in a few seconds, and stores no part of the
// queue.

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { type Recipient, recipientProblem } from "../../records/config/recipient.js";
import { deliver, demandPlausible, ownerOf } from "../forwarders/deliver.js";
import { ALERT_BODY_MAX } from "../webhooks/alert-body.js";
import type { AllowedHosts } from "../webhooks/allowed-hosts.js";
import type { WebhookFailure } from "../webhooks/call-webhook.js";
import { type AddressWarning, addressWarningFor } from "./address-warning.js";
import {
  type AlertCall,
  CallQueue,
  type Lane,
  type QueuedCall,
  type QueueLimits,
} from "./call-queue.js";

export type { AlertCall } from "./call-queue.js";

/** How a call ended: the webhook took it, the webhook didn't take it, or it was never sent because room or time was short. */
export type AlertOutcome = "success" | "error" | "dropped";

export interface AlertCallsOptions {
  hosts: AllowedHosts;
  counted: (pipeline: string, alert: string, outcome: AlertOutcome) => void;
  /** Called with each call that failed in the end or was dropped. */
  lost: (alert: string, outcome: "error" | "dropped", why: string) => void;
  limits?: Partial<QueueLimits>;
  /** The first rest after a failure, milliseconds. */
  restMs?: number;
}

export const ALERT_LIMITS: QueueLimits = { calls: 10_000, bytes: 64 * 1024 * 1024 };

const AT_ONCE = 64;
const AT_ONCE_OF_ONE = 4;
const MOST_TRIES = 5;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** The longest rest that a webhook may ask for. */
const LONGEST_ASKED_MS = 300_000;
const IDLE_MS = 4_000;

export class AlertCalls {
  readonly #options: AlertCallsOptions;
  readonly #queue: CallQueue;
  readonly #stop = new AbortController();
  readonly #agents = {
    http: new HttpAgent({ keepAlive: true, maxFreeSockets: 16, timeout: IDLE_MS }),
    https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 16, timeout: IDLE_MS }),
  };
  #running = 0;
  #lostAtClose = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<number> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: AlertCallsOptions) {
    this.#options = options;
    this.#queue = new CallQueue({ ...ALERT_LIMITS, ...options.limits });
  }

  /** How many calls and bytes wait or are under way. */
  get waiting(): QueueLimits {
    const { calls, bytes } = this.#queue;
    return { calls, bytes };
  }

  /**
   * Takes a call, which is made later.
   * @returns the error if the call can't be made: BUSY where there was no room
   */
  offer(call: AlertCall): FlowgError | undefined {
    const wrong = this.#problem(call);
    if (wrong) {
      this.#lost(call, "error", wrong.message);
      return wrong;
    }
    const dropped = this.#closing ? [call] : this.#queue.add(call);
    const why = this.#closing ? "the server stops" : "its webhook is slower than its logs";
    for (const one of dropped) this.#lost(one, "dropped", why);
    this.#pump();
    if (!dropped.includes(call)) return undefined;
    const name = `${ownerOf(call.recipient)} ${JSON.stringify(call.alert)}`;
    return new FlowgError("BUSY", `${name} has no room: ${why}`, {
      hint: "send the log again later",
      details: { retryAfterSeconds: 5 },
    });
  }

  /**
   * Makes one call now, once.
   * @throws UPSTREAM_FAILED, CANCELLED
   */
  async callNow(recipient: Recipient, body: Uint8Array, signal: AbortSignal): Promise<void> {
    const { hosts } = this.#options;
    const failure = await deliver({ recipient, body, hosts, what: "the" }, signal);
    if (failure) throw failure.error;
  }

  /**
   * Sends each waiting call once more, for this long at most.
   * @returns how many were lost
   */
  close(ms: number): Promise<number> {
    this.#closing ??= this.#close(ms);
    return this.#closing;
  }

  async #close(ms: number): Promise<number> {
    for (const lane of this.#queue.lanes()) lane.restsUntil = 0;
    // lets the caller set `#closing` before this goes on
    await Promise.resolve();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    this.#pump();
    const late = new AbortController();
    await Promise.race([
      idle,
      sleep(ms, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    clearTimeout(this.#timer);
    const left = this.#queue.empty();
    for (const call of left) this.#lost(call, "dropped", "the server stopped");
    this.#stop.abort();
    if (this.#running > 0) await idle;
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    return this.#lostAtClose;
  }

  /** Says that an alert leads to an address that isn't called. */
  readonly addressWarning: AddressWarning = (name, recipient) =>
    addressWarningFor(this.#options.hosts)(name, recipient);

  #problem({ alert, recipient, body }: AlertCall): FlowgError | undefined {
    const name = `${ownerOf(recipient)} ${JSON.stringify(alert)}`;
    const problem = recipientProblem(recipient);
    if (problem) return new FlowgError("UPSTREAM_FAILED", `${name} ${problem}`);
    if (body.byteLength > ALERT_BODY_MAX) {
      return new FlowgError(
        "INPUT_TOO_LARGE",
        `${name} takes logs of up to ${ALERT_BODY_MAX} bytes, and this is one of ${body.byteLength}`,
      );
    }
    try {
      demandPlausible(recipient, this.#options.hosts);
      return undefined;
    } catch (cause) {
      const { message, hint } = cause as FlowgError;
      return new FlowgError("UPSTREAM_FAILED", `${name} cannot be called: ${message}`, {
        cause,
        hint,
      });
    }
  }

  #pump(): void {
    const now = performance.now();
    while (this.#running < AT_ONCE) {
      const next = this.#queue.take(now, (lane) => this.#atOnce(lane));
      if (next === undefined) break;
      this.#running++;
      void this.#run(next.lane, next.call);
    }
    if (this.#queue.calls === 0 && this.#running === 0) this.#onIdle?.();
    this.#sleep(now);
  }

  /** The number of calls at once; an alert that fails gets one. */
  #atOnce({ failures }: Lane): number {
    return failures > 0 && !this.#closing ? 1 : AT_ONCE_OF_ONE;
  }

  #sleep(now: number): void {
    clearTimeout(this.#timer);
    const next = this.#queue.nextEnd();
    if (next === undefined || next <= now) return;
    this.#timer = setTimeout(() => this.#pump(), next - now + 1).unref();
  }

  async #run(lane: Lane, call: QueuedCall): Promise<void> {
    const { alert, pipeline, recipient, body } = call;
    const startedAt = performance.now();
    call.tries++;
    const { hosts } = this.#options;
    const sent = { recipient, body, hosts, agents: this.#agents, what: "its" as const };
    const failure = await deliver(sent, this.#stop.signal);
    this.#running--;
    if (failure === undefined) {
      lane.failures = 0;
      this.#options.counted(pipeline, alert, "success");
      this.#queue.done(lane, call);
    } else this.#failed(lane, call, { failure, startedAt });
    this.#pump();
  }

  #failed(
    lane: Lane,
    call: QueuedCall,
    { failure, startedAt }: { failure: WebhookFailure; startedAt: number },
  ): void {
    const { mayPass, retryAfterMs = 0, error } = failure;
    if (mayPass) {
      // calls that ran side by side count as one failure
      if (startedAt >= lane.failedAt) lane.failures++;
      lane.failedAt = performance.now();
      const rest = Math.max(this.#restOf(lane), Math.min(retryAfterMs, LONGEST_ASKED_MS));
      lane.restsUntil = this.#closing ? 0 : performance.now() + rest;
    }
    if (mayPass && call.tries < MOST_TRIES && !this.#closing) {
      this.#queue.putBack(lane, call);
      return;
    }
    this.#queue.done(lane, call);
    this.#lost(call, error.code === "CANCELLED" ? "dropped" : "error", error.message);
  }

  #restOf({ failures }: Lane): number {
    const { restMs = FIRST_REST_MS } = this.#options;
    const rest = Math.min(restMs * 4 ** (failures - 1), LONGEST_REST_MS);
    // the rests differ, so that the alerts of one host don't all come at once
    return rest * (0.75 + Math.random() / 2);
  }

  #lost({ alert, pipeline }: AlertCall, outcome: "error" | "dropped", why: string): void {
    if (this.#closing) this.#lostAtClose++;
    this.#options.counted(pipeline, alert, outcome);
    this.#options.lost(alert, outcome, why);
  }
}

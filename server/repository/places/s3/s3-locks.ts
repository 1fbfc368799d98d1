// Locks on objects in a bucket: S3's object lock. A locked object stays until its time, whatever rights its owner has. A plain
// DELETE hides it behind a marker, and removes nothing.

import { parseXML } from "@aws-sdk/xml-builder";
import { eachAtOnce } from "../../../platform/each-at-once.js";
import { FlowgError, hasCode } from "../../../platform/errors.js";
import type { StoreLocks } from "../object-store.js";
import { type HiddenObject, LOCK_MODES, type LockMode, type ObjectLock } from "../place.js";
import { readRefusal } from "./s3-fault.js";
import type { S3Requests } from "./s3-requests.js";
import { isHidden, versionsOf } from "./s3-versions.js";

const AT_ONCE = 5;

/** A date in S3's own form, without fractions of seconds. */
const dateText = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");

/** The headers of a request that stores an object with a lock. */
export const lockHeaders = (lock: ObjectLock | undefined): Record<string, string> =>
  lock
    ? {
        "x-amz-object-lock-mode": lock.mode.toUpperCase(),
        "x-amz-object-lock-retain-until-date": dateText(lock.until),
      }
    : {};

export class S3Locks implements StoreLocks {
  readonly #requests: S3Requests;
  /** Whether objects can be locked here; undefined while that isn't known. */
  #canLock: boolean | undefined;
  /** Whether the store was seen to lock an object as it was told. */
  #isProven = false;

  constructor(requests: S3Requests) {
    this.#requests = requests;
  }

  now(): Date {
    return this.#requests.now();
  }

  async demand(signal: AbortSignal): Promise<void> {
    const can = await this.#ask(signal).catch((error: unknown) => {
      // a user without the right to ask may have the right to lock
      if (hasCode(error, "PERMISSION_DENIED")) return undefined;
      throw error;
    });
    if (can !== false) return;
    throw new FlowgError(
      "INPUT_INVALID",
      `the bucket of ${this.#requests.name} has no object lock`,
      {
        hint: "make a bucket with object lock, or switch it on in this one's settings; else leave out --object-lock",
      },
    );
  }

  async retain(
    path: string,
    lock: ObjectLock,
    signal: AbortSignal,
  ): Promise<ObjectLock | undefined> {
    const doing = `lock ${path}`;
    const text = `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>${lock.mode.toUpperCase()}</Mode><RetainUntilDate>${dateText(lock.until)}</RetainUntilDate></Retention>`;
    const answer = await this.#requests.ask(
      { method: "PUT", path, query: { retention: "" }, body: Buffer.from(text), doing },
      signal,
    );
    const refusal = readRefusal(answer);
    if (!refusal) return lock;
    if (isAbsent(refusal)) return undefined;
    if (refusal.status === 403) {
      // a longer lock can't be made shorter, nor one of another mode changed
      const found = await this.#read(path, signal).catch(() => undefined);
      if (found && found.until >= lock.until) return found;
      if (found && found.mode !== lock.mode)
        return await this.retain(path, { ...lock, mode: found.mode }, signal);
    }
    this.#requests.demandGood(answer, doing);
    return lock;
  }

  async of(path: string, signal: AbortSignal): Promise<ObjectLock | undefined> {
    if (this.#canLock === false) return undefined;
    try {
      return await this.#read(path, signal);
    } catch (error) {
      if (!(error instanceof FlowgError) || error.code !== "PERMISSION_DENIED") throw error;
      // in a bucket without locks, a backup needs no right to see them
      const can = await this.#ask(signal).catch(() => false);
      if (can) throw error;
      this.#canLock = false;
      return undefined;
    }
  }

  async hidden(prefix: string, signal: AbortSignal): Promise<HiddenObject[]> {
    const found: HiddenObject[] = [];
    if (!(await this.#ask(signal))) return found;
    const candidates = [];
    for await (const object of versionsOf(this.#requests, prefix, signal)) {
      const [newest] = object.versions;
      const [since] = object.removals;
      if (newest && since && isHidden(object))
        candidates.push({ path: object.path, since, id: newest.id });
    }
    await eachAtOnce(candidates, AT_ONCE, async ({ path, since, id }) => {
      const lock = await this.#read(path, signal, id);
      if (lock) found.push({ path, since, lock });
    });
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** After the first object was stored with a lock, checks that it has the lock. */
  async prove(path: string, signal: AbortSignal): Promise<void> {
    if (this.#isProven) return;
    const isLocked = await this.#read(path, signal).catch((error: unknown) => {
      // without the right to look, the lock can't be checked
      if (hasCode(error, "PERMISSION_DENIED")) return true;
      throw error;
    });
    if (!isLocked) {
      const { host } = this.#requests.settings.endpoint;
      throw new FlowgError(
        "NOT_IMPLEMENTED",
        `the store ${host} doesn't lock what it was told to`,
        {
          hint: "object lock needs a store and a bucket that have it: see its documentation",
        },
      );
    }
    this.#isProven = true;
  }

  /**
   * Whether the bucket has object lock.
   * @throws PERMISSION_DENIED where the store doesn't tell
   */
  async #ask(signal: AbortSignal): Promise<boolean> {
    const doing = "see whether the bucket has object lock";
    const request = { method: "GET", query: { "object-lock": "" }, doing } as const;
    const answer = await this.#requests.ask(request, signal);
    if (readRefusal(answer)?.code === "ObjectLockConfigurationNotFoundError") {
      this.#canLock = false;
      return false;
    }
    this.#requests.demandGood(answer, doing);
    const { ObjectLockEnabled } = elementIn(answer.body, "ObjectLockConfiguration");
    this.#canLock = ObjectLockEnabled === "Enabled";
    return this.#canLock;
  }

  /** Reads how a version is locked now: the newest, unless another is named. */
  async #read(path: string, signal: AbortSignal, id?: string): Promise<ObjectLock | undefined> {
    const doing = `see the lock of ${path}`;
    const query = { retention: "", ...(id !== undefined && { versionId: id }) };
    const answer = await this.#requests.ask({ method: "GET", path, query, doing }, signal);
    const refusal = readRefusal(answer);
    if (refusal && (isAbsent(refusal) || hasNone(refusal))) return undefined;
    this.#requests.demandGood(answer, doing);
    const { Mode, RetainUntilDate } = elementIn(answer.body, "Retention");
    const until = new Date(String(RetainUntilDate));
    const mode = String(Mode).toLowerCase() as LockMode;
    if (!LOCK_MODES.includes(mode) || !(until > this.now())) return undefined;
    return { mode, until };
  }

  /**
   * The lock of one version.
   * @throws PERMISSION_DENIED, and what `of` throws
   */
  async ofVersion(path: string, id: string, signal: AbortSignal): Promise<ObjectLock | undefined> {
    return await this.#read(path, signal, id);
  }
}

interface Told {
  status: number;
  code: string;
}

/** Whether the object isn't there, or lies behind a marker. */
const isAbsent = ({ status, code }: Told): boolean =>
  code === "NoSuchKey" || code === "NoSuchVersion" || (status === 405 && code !== "");

/** Whether the object isn't locked, or the bucket locks nothing. */
const hasNone = ({ status, code }: Told): boolean =>
  code === "NoSuchObjectLockConfiguration" ||
  code === "ObjectLockConfigurationNotFoundError" ||
  (status === 400 && code === "InvalidRequest");

function elementIn(body: Buffer, name: string): Record<string, unknown> {
  try {
    const { [name]: element } = parseXML(body.toString()) as Record<string, unknown>;
    return typeof element === "object" && element !== null
      ? (element as Record<string, unknown>)
      : {};
  } catch {
    // an answer of another kind: the store doesn't know the question
    return {};
  }
}

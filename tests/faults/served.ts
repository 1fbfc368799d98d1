// A server meets one fault after the other at the same work, as long as it lives, because a start costs more than a fault. The
// state after each is checked without faults: at once, in this process or, if that has ended, in the next, and once more at the
// next start.

import { cp, rm } from "node:fs/promises";
import { type FlowgClient, FlowgSdkError } from "../../sdk/index.js";
import { type ServerProcess, spawnServer } from "../http/server-process.js";
import { arm, callsOf, disarm, hitsOf, type Injection, unarmedEnvironment } from "./library.js";
import { allFaults, type Planned } from "./plan.js";
import {
  clientOf,
  ENV,
  ended,
  FAULTS,
  hasGivenUp,
  healthOf,
  isByForce,
  isEnding,
  leftInSpools,
  type Outcome,
} from "./server.js";

/** What a server does while there is a fault; one for each copy of the template. */
export interface Work {
  /** Before the first fault. */
  prepare(client: FlowgClient): Promise<unknown>;
  /** @returns what is wrong with how it went */
  carryOut(client: FlowgClient): Promise<string[]>;
  /** After it, without a fault: whether all is as was said, and goes on. */
  lookAfter(client: FlowgClient): Promise<string[]>;
  /** After the next start. */
  lookAgain(client: FlowgClient): Promise<string[]>;
}

/** So many faults, and what one of them may have left is looked for at a next start. */
const IN_A_ROW = 16;

interface Running {
  server: ServerProcess;
  client: FlowgClient;
  work: Work;
  /** What it has met. */
  met: string[];
}

export class Served {
  #running: Running | undefined;

  constructor(
    private readonly at: Injection,
    private readonly template: string,
    private readonly newWork: () => Work,
  ) {}

  /** All that may befall the server at its work: as it does it the second time, when it has opened what it opens once. */
  async faults(): Promise<Planned[]> {
    for (let times = 0; times < 2; times++) {
      const { wrong } = await this.try(undefined);
      if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
    }
    return allFaults(await callsOf(this.at));
  }

  async try(fault: Planned | undefined): Promise<Outcome> {
    try {
      return await this.#try(fault);
    } catch (error) {
      await this.#drop();
      return { wrong: [(error as Error).message], hits: 1 };
    }
  }

  async #try(fault: Planned | undefined): Promise<Outcome> {
    this.#running ??= await this.#start();
    const { server, client, work, met } = this.#running;
    met.push(fault?.name ?? "nothing");
    const injection = { ...this.at, fault };
    await arm(injection);
    const wrong = await work.carryOut(client);
    await disarm(injection);
    const hits = await hitsOf(injection);
    const hasEnded =
      isByForce(fault) && hits > 0 ? await isEnding(server) : await hasGivenUp(server);
    if (hasEnded) {
      const told = server.stderr();
      if (!isByForce(fault) && /ended by SIG/.test(told) && !ofCopy(fault))
        wrong.push(`died: ${told.trim()}`);
      this.#running = { ...this.#running, ...(await this.#spawn()) };
    }
    wrong.push(...(await this.#lookAfter()));
    if (wrong.length > 0) await this.#drop();
    else if (met.length >= IN_A_ROW) wrong.push(...(await this.end()));
    return { wrong, hits, hasGivenUp: hasEnded && !isByForce(fault) };
  }

  /** @returns what is wrong with what it leaves */
  async end(): Promise<string[]> {
    if (this.#running === undefined) return [];
    const { server, work, met } = this.#running;
    this.#running = undefined;
    const wrong = await ended(server, undefined);
    const next = await this.#spawn();
    wrong.push(...(await work.lookAgain(next.client)), ...(await ended(next.server, undefined)));
    // what could not be removed, this start has
    wrong.push(...(await leftInSpools(this.at.root)));
    return wrong.map((text) => `after one of ${met.join(", ")}: ${text}`);
  }

  async #start(): Promise<Running> {
    await rm(this.at.root, { recursive: true, force: true });
    await cp(this.template, this.at.root, { recursive: true });
    const running = { ...(await this.#spawn()), work: this.newWork(), met: [] };
    await running.work.prepare(running.client);
    return running;
  }

  async #spawn() {
    const env = { ...ENV, ...(await unarmedEnvironment(this.at)) };
    const server = await spawnServer(this.at.root, { env });
    if (!server.url) throw new Error(`it doesn't start: ${server.stderr().trim().slice(-300)}`);
    return { server, client: await clientOf(server) };
  }

  async #lookAfter(): Promise<string[]> {
    for (;;) {
      const { server, client, work } = this.#running as Running;
      const wrong = await work.lookAfter(client).catch((error: Error) => [error.message]);
      // a write that LMDB never answers is found out after a while
      if (wrong.length > 0 && (await hasGivenUp(server))) {
        this.#running = { ...(this.#running as Running), ...(await this.#spawn()) };
        continue;
      }
      const { exitCode, signalCode } = server.child;
      const text = server.stderr().trim().slice(-300);
      if (exitCode !== null || signalCode !== null)
        return [`died of ${signalCode ?? exitCode}: ${text}`];
      wrong.push(...(await healthOf(server)));
      if (/unexpected fault/i.test(`${server.stdout()}${text}`))
        wrong.push(`an unexpected fault: ${text}`);
      return wrong;
    }
  }

  async #drop(): Promise<void> {
    this.#running?.server.child.kill("SIGKILL");
    await this.#running?.server.exited;
    this.#running = undefined;
  }
}

/** Whether it struck a compact copy, which LMDB opens in the server's process. */
const ofCopy = (fault: Planned | undefined) => fault?.name.includes(".flowg-scratch-") ?? false;

/** How an attempt of a client failed: a disk that fails isn't a fault of ours, and says so in the SDK's words. */
export function faultOf(error: unknown): string[] {
  const code = error instanceof FlowgSdkError ? error.code : String(error);
  return FAULTS.has(code) || !(error instanceof FlowgSdkError)
    ? [`ends with ${code}: ${(error as Error).message}`]
    : [];
}

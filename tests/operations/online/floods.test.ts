// A server meets everything at once that could hold it up: scripts that loop, allocate, nest, abort and leave no object, a
// webhook that never answers, and a flood of syslog. It goes on answering, nothing grows without a bound, and it counts what is
// lost. `FLOWG_FLOOD_SECONDS=60` makes it long, and prints how long /health took, idle and meanwhile.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { eventually } from "../../eventually.js";
import { receiver } from "../../support/webhook-receiver.js";
import { type FlowgServer, ROOT_PASSWORD, startFlowg } from "./flowg-server.js";

const SECONDS = Number(process.env.FLOWG_FLOOD_SECONDS ?? 5);
/** Three interpreters at work, two of which may take 256 MiB, the queues, and what the server takes itself. */
const MOST_BYTES = 1_300 * 1024 * 1024;

const many = (count: number) => `split("${"x,".repeat(count)}", ",")`;
const SCRIPTS: Record<string, string> = {
  good: ".ok = true",
  loops: `n = 0\nfor_each(${many(300)}) -> |_i, _a| { for_each(${many(300)}) -> |_i, _b| { for_each(${many(300)}) -> |_i, _c| { n = n + 1 } } }\n.n = n`,
  allocates: `s = "${"x".repeat(50)}"\nfor_each(${many(100)}) -> |_i, _v| { s = s + s }\n.s = s`,
  nests: `.a = ${"(".repeat(3_000)}1${")".repeat(3_000)}`,
  aborts: "abort",
  leaves: '. = "no object"',
};

const node = (id: string, type: string, data: object) => ({ id, type, data });
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target });

async function configure(server: FlowgServer, as: string, silent: string): Promise<void> {
  await server.call(as, "PUT", "/alerts/silent", { webhook: { url: silent } });
  for (const [name, script] of Object.entries(SCRIPTS)) {
    await server.call(as, "PUT", `/transformers/${name}`, { script });
    const nodes = [
      node("in", "source", { type: "direct" }),
      node("vrl", "transform", { transformer: name }),
      node("call", "alert", { alert: "silent" }),
      node("out", "router", { stream: name }),
    ];
    const edges = [edge("in", "vrl"), edge("vrl", "call"), edge("vrl", "out")];
    await server.call(as, "PUT", `/pipelines/${name}`, { flow: { nodes, edges } });
  }
}

/** Milliseconds that each answer took. */
async function healthOf(url: string, isOver: () => boolean): Promise<number[]> {
  const took: number[] = [];
  while (!isOver()) {
    const began = performance.now();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    took.push(performance.now() - began);
    await sleep(50);
  }
  return took.sort((a, b) => a - b);
}

type Flood = (port: number, isOver: () => boolean) => Promise<number>;

/** Each returns how many messages it sent. */
const FLOODS: Record<string, Flood> = {
  udp: async (port, isOver) => {
    const socket = createSocket("udp4");
    let sent = 0;
    while (!isOver()) {
      for (let i = 0; i < 1_000; i++)
        socket.send(`<13>${"x".repeat(500)} ${sent++}`, port, "127.0.0.1");
      await sleep(10);
    }
    socket.close();
    return sent;
  },
  tcp: async (port, isOver) => {
    const socket = connect(port, "127.0.0.1");
    let sent = 0;
    while (!isOver()) {
      const lines = Array.from({ length: 500 }, () => `<13>${"x".repeat(500)} ${sent++}\n`);
      // a server that can't keep up doesn't read on
      if (!socket.write(lines.join("")))
        await Promise.race([once(socket, "drain"), sleep(SECONDS * 1_000)]);
    }
    socket.end();
    socket.resume();
    return sent;
  },
};

for (const [protocol, flood] of Object.entries(FLOODS))
  it(
    `a flood of syslog by ${protocol}, beside bad scripts and a silent webhook`,
    async () => {
      await using silent = await receiver(() => undefined);
      const syslog = ["--syslog-proto", protocol, "--syslog-bind", "127.0.0.1:0"];
      await using server = await startFlowg({ flags: [...syslog, "--alert-allow", "127.0.0.1"] });
      const as = await server.login("root", ROOT_PASSWORD);
      await configure(server, as, silent.url);
      const [listening] = server.logLines().filter(({ msg }) => msg === "listening");
      const port = Number(new URL(listening.syslog[0]).port);
      const management = listening.management[0] as string;

      const idleUntil = performance.now() + 1_000;
      const idle = await healthOf(management, () => performance.now() > idleUntil);
      const until = performance.now() + SECONDS * 1_000;
      const isOver = () => performance.now() > until;
      const answers: Record<string, Set<number>> = {};
      const sending = Object.keys(SCRIPTS).map(async (name) => {
        answers[name] = new Set();
        while (!isOver()) {
          const response = await fetch(`${server.api}/pipelines/${name}/logs`, {
            method: "POST",
            headers: { Authorization: as, "Content-Type": "application/json" },
            body: JSON.stringify({ record: { text: "x".repeat(10_000) } }),
          });
          await response.arrayBuffer();
          answers[name].add(response.status);
        }
      });
      let largest = 0;
      const watching = (async () => {
        while (!isOver()) {
          largest = Math.max(largest, await server.metric("process_resident_memory_bytes"));
          expect(await server.metric("flowg_syslog_waiting")).toBeLessThanOrEqual(22_000);
          await sleep(250);
        }
      })();
      const [sent, meanwhile] = await Promise.all([
        flood(port, isOver),
        healthOf(management, isOver),
        watching,
        ...sending,
      ]);

      expect(largest).toBeLessThan(MOST_BYTES);
      // where other programs take most of the machine, one may wait longer than a log may
      expect(answers.good).toContain(200);
      expect(answers.good).not.toContain(400);
      for (const name of ["aborts", "allocates", "nests"]) expect(answers[name]).not.toContain(200);
      for (const statuses of Object.values(answers))
        for (const status of statuses) expect([200, 400, 503]).toContain(status);
      const count = (outcome: string) =>
        server.metric(`flowg_syslog_messages_total{outcome="${outcome}"}`);
      await eventually(async () => {
        expect(await server.metric("flowg_syslog_waiting")).toBe(0);
        expect(await server.metric("flowg_syslog_connections")).toBe(0);
        if (protocol === "tcp") expect(await count("stored")).toBe(sent);
      });
      const all = (await count("stored")) + (await count("dropped"));
      expect(await count("stored")).toBeGreaterThan(0);
      // messages that the system had no room for can't be counted
      expect(all).toBeLessThanOrEqual(sent);
      expect(await count("failed")).toBe(0);
      if (process.env.FLOWG_FLOOD_SECONDS !== undefined) {
        const at = (took: number[], share: number) =>
          took[Math.floor(took.length * share)]?.toFixed(1);
        const told = (took: number[]) =>
          `p50 ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms, ${took.length} times`;
        process.stderr.write(
          `${protocol}: /health idle ${told(idle)}; meanwhile ${told(meanwhile)}; ${Math.round(largest / 1e6)} MB; ` +
            `${sent} messages sent, ${await count("stored")} stored, ${await count("dropped")} dropped\n`,
        );
      }
    },
    120_000 + SECONDS * 3_000,
  );

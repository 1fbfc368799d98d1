// Scripts that make many logs of one, each of which goes through a nested pipeline to a script that makes many large logs of it:
// a log of a few bytes would become gigabytes. A real server's memory stays bounded, and other branches go on.

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type FlowgServer, ROOT_PASSWORD, startFlowg } from "./flowg-server.js";

const node = (id: string, type: string, data: object) => ({ id, type, data });
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target });
const many = (count: number) => `split("${"x,".repeat(count - 1)}x", ",")`;

const SCRIPTS = {
  /** 40 logs of one. */
  first: `. = map_values(${many(40)}) -> |_v| { {"n": "x"} }`,
  /** Seven logs of half a MiB each. */
  second: `s = "${"x".repeat(64)}"\nfor_each(${many(13)}) -> |_i, _v| { s = s + s }\n. = map_values(${many(7)}) -> |_v| { {"text": s} }`,
};

/** The most memory that the process has had, bytes. */
async function peakOf({ pid }: FlowgServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

async function configure(server: FlowgServer, as: string): Promise<void> {
  for (const [name, script] of Object.entries(SCRIPTS))
    await server.call(as, "PUT", `/transformers/${name}`, { script });
  const nested = {
    nodes: [
      node("in", "source", { type: "direct" }),
      node("vrl", "transform", { transformer: "second" }),
      node("out", "router", { stream: "large" }),
    ],
    edges: [edge("in", "vrl"), edge("vrl", "out")],
  };
  await server.call(as, "PUT", "/pipelines/nested", { flow: nested });
  const outer = {
    nodes: [
      node("in", "source", { type: "direct" }),
      node("vrl", "transform", { transformer: "first" }),
      node("on", "pipeline", { pipeline: "nested" }),
      node("out", "router", { stream: "small" }),
    ],
    edges: [edge("in", "vrl"), edge("vrl", "on"), edge("in", "out")],
  };
  await server.call(as, "PUT", "/pipelines/outer", { flow: outer });
}

/** @returns the answer of one log */
async function send(server: FlowgServer, as: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${server.api}/pipelines/outer/logs`, {
    method: "POST",
    headers: { Authorization: as, "Content-Type": "application/json" },
    body: JSON.stringify({ record: { a: "b" } }),
  });
  return { status: response.status, body: await response.text() };
}

const MIB = 1024 * 1024;
/** All of it would take 140 MiB a log, and as much again while it is stored. */
const MOST_MORE = 1_000 * MIB;
const REQUESTS = 4;

describe.runIf(process.platform === "linux")("a log that scripts make gigabytes of", () => {
  test("is refused where it exceeds, and its other branch is stored", async () => {
    await using server = await startFlowg();
    const as = await server.login("root", ROOT_PASSWORD);
    await configure(server, as);
    const { status, body } = await send(server, as);
    const { code, message, details } = JSON.parse(body);
    expect([status, code]).toEqual([413, "INPUT_TOO_LARGE"]);
    expect(message).toBe('stream "large": with it, the entries of this log take more than 64 MiB');
    // the seven entries of half a MiB that the second script makes of each log of the first, as long as they fit
    expect(details.stored).toBeGreaterThan(100);
    expect(details.stored).toBeLessThan(130);
    const { records } = await server.call(
      as,
      "GET",
      "/streams/small/logs?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z",
    );
    expect(records).toHaveLength(1);
  });

  test("takes no more memory where several come at once", async () => {
    await using server = await startFlowg();
    const as = await server.login("root", ROOT_PASSWORD);
    await configure(server, as);
    const before = await peakOf(server);
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => send(server, as)));
    for (const { status } of answers) expect([413, 503]).toContain(status);
    const more = (await peakOf(server)) - before;
    expect(more).toBeLessThan(MOST_MORE);
  });
});

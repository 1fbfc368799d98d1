// Of a destination that lacks changes, a real receiver is told once, and once it has them again. Runs: see served.test.ts.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { systemClock } from "../../server/jobs/clock.js";
import { Telling } from "../../server/jobs/telling.js";
import { eventually } from "../eventually.js";
import { jobOf } from "./world.js";

it("tells by webhook and ping that a destination is behind, and that it caught up", async () => {
  const received: { path: string; body: string }[] = [];
  const receiver = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    received.push({ path: request.url ?? "", body: Buffer.concat(pieces).toString() });
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const telling = new Telling({
    clock: systemClock,
    conceal: (run) => run,
    onError: (error) => expect.fail(String(error)),
  });
  const job = {
    ...jobOf("hourly", "0 * * * *"),
    tell: { webhooks: [{ url: `${url}/hook`, headers: {} }], ping: `${url}/ping/?create=1` },
  };
  const continuous = {
    possibleLossSeconds: 301.4,
    failingSince: "2026-11-29T12:00:00.000Z",
    error: { code: "PERMISSION_DENIED", message: "the store refuses" },
  } as const;
  telling.behind(job, "off-site", continuous);
  telling.caughtUp(job, "off-site");
  await eventually(() => expect(received).toHaveLength(4));
  await telling.close();
  receiver.close();
  const said =
    "of backup job hourly of here, the changes of the last 301 seconds are not in off-site: the store refuses";
  const pings = received.filter(({ path }) => path.startsWith("/ping"));
  expect(pings).toEqual([
    { path: "/ping/fail?create=1", body: said },
    { path: "/ping?create=1", body: expect.stringContaining("all changes are in off-site again") },
  ]);
  const hooks = received.filter(({ path }) => path === "/hook");
  expect(hooks.map(({ body }) => JSON.parse(body))).toMatchObject([
    { event: "behind", job: "hourly", host: "here", destination: "off-site", continuous },
    { event: "caught-up", job: "hourly", destination: "off-site" },
  ]);
});

// A real receiver is told once of a destination that lacks changes, and once when it has them again. For runs, see
// served.test.ts.

import { expect, it } from "vitest";
import { systemClock } from "../../server/jobs/clock.js";
import { Telling } from "../../server/jobs/telling.js";
import { eventually } from "../eventually.js";
import { receiver } from "../support/webhook-receiver.js";
import { jobOf } from "./world.js";

it("tells by webhook and ping that a destination is behind, and that it caught up", async () => {
  await using told = await receiver(200);
  const { origin, received } = told;
  const telling = new Telling({
    clock: systemClock,
    conceal: (run) => run,
    onError: (error) => expect.fail(String(error)),
  });
  const job = {
    ...jobOf("hourly", "0 * * * *"),
    tell: { webhooks: [{ url: `${origin}/hook`, headers: {} }], ping: `${origin}/ping/?create=1` },
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
  const said =
    "of backup job hourly of here, the changes of the last 301 seconds are not in off-site: the store refuses";
  const pings = received.filter(({ path }) => path.startsWith("/ping"));
  expect(pings.map(({ path, body }) => ({ path, body }))).toEqual([
    { path: "/ping/fail?create=1", body: said },
    { path: "/ping?create=1", body: expect.stringContaining("all changes are in off-site again") },
  ]);
  const hooks = received.filter(({ path }) => path === "/hook");
  expect(hooks.map(({ body }) => JSON.parse(body))).toMatchObject([
    { event: "behind", job: "hourly", host: "here", destination: "off-site", continuous },
    { event: "caught-up", job: "hourly", destination: "off-site" },
  ]);
});

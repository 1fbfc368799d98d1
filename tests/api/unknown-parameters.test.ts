// A parameter of the query that nobody knows is refused everywhere, also where there is no input at all; and no sooner than
// the caller's rights are known.

import { afterAll, beforeAll, expect, it } from "vitest";
import { ROUTES } from "../../server/http/route.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { callOf, pathOf } from "./operations.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

it.each(ROUTES.map((route) => [`${route.method} ${route.template}`, route] as const))(
  "%s",
  async (_, route) => {
    const path = pathOf(route);
    const unknown = `${path}${path.includes("?") ? "&" : "?"}dyrRun=true`;
    const reply = await server.call(unknown, { as: server.root, ...callOf(route) });
    expect([reply.status, reply.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(reply.body.message).toMatch(/^unknown dyrRun/);
    expect(reply.body.message.includes("did you mean dryRun?")).toBe(
      route.inputNames.includes("dryRun"),
    );
    if (route.meta.access === "anyone") return;
    const unnamed = await server.call(unknown, callOf(route));
    expect([unnamed.status, unnamed.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  },
);

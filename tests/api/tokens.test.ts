// Tokens over HTTP: as FlowG's clients make them, and with a name and an expiry.

import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const bearer = (token: string) => `Bearer pat:${token}`;
const create = (json?: unknown, as = server.root) =>
  server.call("/token", { method: "POST", as, ...(json !== undefined && { json }) });
const listed = async (uuid: string) =>
  (await server.must("/tokens")).body.tokens.find((one: { uuid: string }) => one.uuid === uuid);

it("makes one without a body, and answers what FlowG does", async () => {
  for (const made of [await create(), await create({})]) {
    expect(made).toMatchObject({ status: 200 });
    expect(made.body).toEqual({
      success: true,
      token: expect.stringMatching(/^pat_/),
      token_uuid: expect.any(String),
    });
    expect((await server.must("/tokens")).body.token_uuids).toContain(made.body.token_uuid);
    expect(await listed(made.body.token_uuid)).toEqual({
      uuid: made.body.token_uuid,
      expired: false,
    });
  }
});

it("makes one with a name and an expiry, lists both and the last use, and audits the name", async () => {
  const { body } = await create({ name: "nightly backup", expires_in: "30d" });
  const days = (Date.parse(body.expires_at) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThanOrEqual(30);
  const token = { uuid: body.token_uuid, name: "nightly backup", expires_at: body.expires_at };
  expect(await listed(body.token_uuid)).toEqual({ ...token, expired: false });
  await server.must("/auth/whoami", { as: bearer(body.token) });
  expect(await listed(body.token_uuid)).toEqual({
    ...token,
    expired: false,
    last_used_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  await server.must(`/tokens/${body.token_uuid}`, { method: "DELETE" });
  const lines = server.logLines.filter(({ audit, name }) => audit && name === "nightly backup");
  expect(lines).toMatchObject([
    { action: "create token", target: "root" },
    { action: "delete token", target: "root", uuid: body.token_uuid },
  ]);
  expect(JSON.stringify(server.logLines)).not.toContain(body.token);
});

it.each([
  [{ expires_in: "-1h" }, /expiry "-1h" can't be taken/],
  [{ expires_at: "2020-01-01T00:00:00Z" }, /not in the future/],
  [{ expires_in: "1h", expires_at: "2126-01-01T00:00:00Z" }, /exclude each other/],
  // a token that never ends instead would be the worst answer
  [{ expire_in: "1h" }, /unknown expire_in: did you mean expires_in\?/],
  [{ expires_in: 3600 }, /expires_in must be a string/],
  [{ name: "\u001b[2J" }, /control character/],
  [{ name: "x".repeat(513) }, /more than the 512 allowed/],
])("refuses %j, and makes none", async (json, message) => {
  const before = (await server.must("/tokens")).body.token_uuids;
  const made = await create(json);
  expect(made).toMatchObject({ status: 400, body: { code: "INPUT_INVALID" } });
  expect(made.body.message).toMatch(message);
  expect((await server.must("/tokens")).body.token_uuids).toEqual(before);
});

it("refuses one that has expired with words for its bearer only", async () => {
  const { body } = await create({ expires_in: "300ms" });
  await eventually(async () => {
    const { status, body: answer } = await server.call("/auth/whoami", { as: bearer(body.token) });
    expect(status).toBe(401);
    expect(answer.message).toBe(`the token expired at ${body.expires_at}`);
    expect(answer.hint).toBe("create a new token");
  });
  const other = `${body.token.slice(0, -1)}${body.token.endsWith("A") ? "B" : "A"}`;
  const unknown = await server.call("/auth/whoami", { as: bearer(other) });
  expect(unknown).toMatchObject({ status: 401 });
  expect(unknown.text).not.toContain("expired");
  expect(await listed(body.token_uuid)).toMatchObject({ expired: true });
  await server.must(`/tokens/${body.token_uuid}`, { method: "DELETE" });
});

it("makes none with a token that would outlive it", async () => {
  const { body } = await create({ expires_in: "1h" });
  const as = bearer(body.token);
  expect((await create(undefined, as)).body.expires_at).toBe(body.expires_at);
  expect(await create({ expires_in: "2h" }, as)).toMatchObject({
    status: 403,
    body: { code: "PERMISSION_DENIED" },
  });
  expect((await create({ expires_in: "10m" }, as)).status).toBe(200);
});

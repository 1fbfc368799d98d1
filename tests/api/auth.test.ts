// Recognizing users: logging in, tokens in every form, sessions, and every way to forge one.

import { createHmac } from "node:crypto";
import jwt from "jsonwebtoken";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAuthorization } from "../../server/api/credentials.js";
import { FAILURES_PER_USER, networkOf } from "../../server/api/login-guard.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";

const KEY = "the key that signs sessions in this test";
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ secretKey: KEY });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const login = (username: string, password: string) =>
  server.call("/auth/login", { method: "POST", json: { username, password } });
const whoami = (as: string) => server.call("/auth/whoami", { as });
async function newUser(name: string, password = "secret") {
  await server.must(`/users/${name}`, { method: "PUT", json: { roles: ["admin"], password } });
  return server.login(name, password);
}

describe("the header", () => {
  const token = `pat_${"a1B2".repeat(8)}`;
  it.each([
    [`Bearer pat:${token}`, "token", token],
    [`bearer PAT:${token}`, "token", token],
    [`Bearer ${token}`, "token", token],
    ["Bearer jwt:a.b.c", "session", "a.b.c"],
    ["BEARER JWT:a.b.c", "session", "a.b.c"],
    ["Bearer jwt_a.b.c", "session", "a.b.c"],
    ["Bearer jwt:jwt_a.b.c", "session", "a.b.c"],
    ["Bearer a.b.c", "session", "a.b.c"],
  ])("%s", (header, kind, text) => {
    expect(parseAuthorization(header)).toEqual({ kind, text });
  });

  it.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "pat:x",
    "Basic x",
    "Bearer x",
    "Bearer a b",
    "Bearer pat: x",
    "Token pat:x",
  ])("%s is none", (header) => expect(parseAuthorization(header)).toBeUndefined());

  it("works in every form on the server", async () => {
    const { body } = await server.must("/token", { method: "POST" });
    const session = server.root.replace("Bearer jwt:", "");
    for (const as of [
      `Bearer pat:${body.token}`,
      `bearer PAT:${body.token}`,
      `Bearer ${body.token}`,
      `Bearer jwt:${session}`,
      `Bearer jwt_${session}`,
      `Bearer ${session}`,
    ]) {
      const reply = await whoami(as);
      expect([as, reply.body.user]).toEqual([as, { name: "root", roles: ["admin"] }]);
    }
  });
});

describe("a login", () => {
  it("gives a session for 24 hours", async () => {
    const before = Math.floor(Date.now() / 1000);
    const reply = await login("root", ROOT_PASSWORD);
    expect(Object.keys(reply.body)).toEqual(["success", "token"]);
    const claims = jwt.verify(reply.body.token, KEY, { algorithms: ["HS256"] }) as jwt.JwtPayload;
    expect(claims).toMatchObject({ iss: "flowg", sub: "root" });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(86_400);
    expect(claims.iat).toBeGreaterThanOrEqual(before);
  });

  it("says the same of a wrong password and an unknown user", async () => {
    const { requestId: _1, ...wrong } = (await login("root", "wrong")).body;
    const { requestId: _2, ...unknown } = (await login("nobody", "wrong")).body;
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ success: false, code: "UNAUTHENTICATED" });
    for (const name of ["", "a\u0000b", "x".repeat(10_000), "\ud800", "__proto__"])
      expect([name, (await login(name, "x")).status]).toEqual([name, 401]);
  });

  it.each([
    {},
    { username: "root" },
    { username: 1, password: "x" },
    { username: "root", password: null },
  ])("needs both: %j", async (json) => {
    expect((await server.call("/auth/login", { method: "POST", json })).status).toBe(400);
  });

  it("is slowed down after some failures, for that user", async () => {
    await newUser("guessed");
    const statuses: number[] = [];
    // all at once: a burst is counted as if it came one by one
    const guesses = Array.from({ length: FAILURES_PER_USER + 5 }, (_, i) =>
      login("guessed", `guess ${i}`),
    );
    for (const reply of await Promise.all(guesses)) statuses.push(reply.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(FAILURES_PER_USER);
    const late = await login("guessed", "secret");
    expect(late.status).toBe(429);
    expect(late.body.code).toBe("RATE_LIMITED");
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await login("root", ROOT_PASSWORD)).status).toBe(200);
  });

  it("with the right password forgets earlier failures", async () => {
    await newUser("forgetful");
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < FAILURES_PER_USER - 1; i++)
        expect((await login("forgetful", "wrong")).status).toBe(401);
      expect((await login("forgetful", "secret")).status).toBe(200);
    }
  });

  it.each([
    ["10.1.2.3", "10.1.2.3"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ])("counts %s as %s", (address, network) => expect(networkOf(address)).toBe(network));
});

describe("whoami", () => {
  it("shows every permission, those that writing includes too", async () => {
    const { body } = await whoami(await server.userWith("write_streams", "read_acls", "send_logs"));
    expect(body.permissions).toEqual({
      can_view_pipelines: false,
      can_edit_pipelines: false,
      can_view_transformers: false,
      can_edit_transformers: false,
      can_view_streams: true,
      can_edit_streams: true,
      can_view_alerts: false,
      can_edit_alerts: false,
      can_view_acls: true,
      can_edit_acls: false,
      can_send_logs: true,
      can_view_backups: false,
      can_edit_backups: false,
      can_forget_backups: false,
    });
  });
});

describe("a session", () => {
  // after the server has made its root, which has no earlier sessions
  const now = Math.floor(Date.now() / 1000) + 60;
  const good = { iss: "flowg", sub: "root", iat: now, exp: now + 60 };
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sign = (claims: object, key = KEY, algorithm: jwt.Algorithm = "HS256") =>
    jwt.sign(claims, key, { algorithm, noTimestamp: !("iat" in claims) });
  const without = (claim: keyof typeof good) => {
    const { [claim]: _, ...rest } = good;
    return rest;
  };

  it("made with the right key and claims is good: the forgeries differ in one thing only", async () => {
    expect((await whoami(`Bearer jwt:${sign(good)}`)).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ["of another key", () => sign(good, "another key that signs sessions")],
    [
      "of an empty key",
      () =>
        `${base64({ alg: "HS256", typ: "JWT" })}.${base64(good)}.${createHmac("sha256", "")
          .update(`${base64({ alg: "HS256", typ: "JWT" })}.${base64(good)}`)
          .digest("base64url")}`,
    ],
    ["with HS384", () => sign(good, KEY, "HS384")],
    ["with HS512", () => sign(good, KEY, "HS512")],
    ["without algorithm", () => `${base64({ alg: "none", typ: "JWT" })}.${base64(good)}.`],
    ["with algorithm nOnE", () => `${base64({ alg: "nOnE", typ: "JWT" })}.${base64(good)}.`],
    ["without signature", () => sign(good).replace(/[^.]*$/, "")],
    [
      "with other claims under an old signature",
      () => {
        const [head, , signature] = sign({ ...good, sub: "nobody" }).split(".");
        return `${head}.${base64(good)}.${signature}`;
      },
    ],
    ["without subject", () => sign(without("sub"))],
    [
      "with a subject that isn't text",
      () =>
        `${base64({ alg: "HS256" })}.${base64({ ...good, sub: ["root"] })}.${createHmac(
          "sha256",
          KEY,
        )
          .update(`${base64({ alg: "HS256" })}.${base64({ ...good, sub: ["root"] })}`)
          .digest("base64url")}`,
    ],
    ["without issuer", () => sign(without("iss"))],
    ["of another issuer", () => sign({ ...good, iss: "other" })],
    ["without expiry", () => sign(without("exp"))],
    ["without time of issue", () => sign(without("iat"))],
    ["expired", () => sign({ ...good, exp: now - 61 })],
    ["not valid yet", () => sign({ ...good, nbf: now + 60 })],
    ["of a user who does not exist", () => sign({ ...good, sub: "nobody" })],
    ["of a user with a name that cannot be", () => sign({ ...good, sub: "a\u001bb" })],
    ["that is a text, no claims", () => jwt.sign("root", KEY)],
    ["cut short", () => sign(good).slice(0, -4)],
  ])("%s is refused", async (_, make) => {
    const { status, body } = await whoami(`Bearer jwt:${make()}`);
    expect(status).toBe(401);
    expect(body.code).toBe("UNAUTHENTICATED");
  });

  it("ends when the user is deleted, also if one of that name comes again", async () => {
    const session = await newUser("mortal");
    expect((await whoami(session)).status).toBe(200);
    await server.must("/users/mortal", { method: "DELETE" });
    expect((await whoami(session)).status).toBe(401);
    const next = await newUser("mortal");
    expect((await whoami(session)).status).toBe(401);
    expect((await whoami(next)).status).toBe(200);
  });

  it("ends when the password changes; the next login counts at once, tokens go on", async () => {
    const session = await newUser("careful");
    const { body: made } = await server.call("/token", { method: "POST", as: session });
    const json = { old_password: "secret", new_password: "better" };
    const reply = await server.call("/auth/change-password", { method: "POST", as: session, json });
    expect(reply.body).toEqual({ success: true });
    expect((await whoami(session)).status).toBe(401);
    expect((await login("careful", "secret")).status).toBe(401);
    expect((await whoami(await server.login("careful", "better"))).status).toBe(200);
    expect((await whoami(`Bearer pat:${made.token}`)).status).toBe(200);
  });

  it("does not end when other things about the user change", async () => {
    const session = await newUser("steady");
    await server.must("/users/steady", { method: "PUT", json: { roles: [] } });
    expect((await whoami(session)).body.user).toEqual({ name: "steady", roles: [] });
    expect((await server.call("/users", { as: session })).status).toBe(403);
  });
});

describe("changing one's password", () => {
  it("needs the old one", async () => {
    const session = await newUser("owner");
    const json = { old_password: "wrong", new_password: "stolen" };
    const reply = await server.call("/auth/change-password", { method: "POST", as: session, json });
    expect([reply.status, reply.body.code]).toEqual([403, "PERMISSION_DENIED"]);
    expect((await login("owner", "secret")).status).toBe(200);
  });

  it("refuses an empty or endless one", async () => {
    const session = await newUser("picky");
    for (const new_password of ["", "x".repeat(5000)]) {
      const json = { old_password: "secret", new_password };
      const reply = await server.call("/auth/change-password", {
        method: "POST",
        as: session,
        json,
      });
      expect([reply.status, reply.body.code]).toEqual([400, "INPUT_INVALID"]);
    }
    expect((await whoami(session)).status).toBe(200);
  });
});

describe("tokens", () => {
  it("are listed, and deleted once or twice", async () => {
    const session = await newUser("holder");
    const made = [];
    for (let i = 0; i < 3; i++)
      made.push((await server.call("/token", { method: "POST", as: session })).body);
    const uuids = made.map(({ token_uuid }) => token_uuid).sort();
    expect((await server.call("/tokens", { as: session })).body).toEqual({
      success: true,
      token_uuids: uuids,
      // beside FlowG's answer
      tokens: uuids.map((uuid) => ({ uuid, expired: false })),
    });
    const [{ token, token_uuid }] = made;
    for (let time = 0; time < 2; time++) {
      const reply = await server.call(`/tokens/${token_uuid.toUpperCase()}`, {
        method: "DELETE",
        as: session,
      });
      expect(reply.body).toEqual({ success: true });
    }
    expect((await whoami(`Bearer pat:${token}`)).status).toBe(401);
    expect((await server.call("/tokens", { as: session })).body.token_uuids).not.toContain(
      token_uuid,
    );
    expect((await server.call("/tokens/nonsense", { method: "DELETE", as: session })).status).toBe(
      400,
    );
  });

  it("of somebody else cannot be deleted", async () => {
    const owner = await newUser("token-owner");
    const { body } = await server.call("/token", { method: "POST", as: owner });
    const other = await newUser("token-thief");
    await server.call(`/tokens/${body.token_uuid}`, { method: "DELETE", as: other });
    expect((await whoami(`Bearer pat:${body.token}`)).status).toBe(200);
  });

  it("lose what their user loses, at once", async () => {
    const session = await newUser("demoted");
    const { body } = await server.call("/token", { method: "POST", as: session });
    const as = `Bearer pat:${body.token}`;
    expect((await server.call("/users", { as })).status).toBe(200);
    await server.must("/users/demoted", { method: "PUT", json: { roles: [] } });
    expect((await server.call("/users", { as })).status).toBe(403);
    await server.must("/users/demoted", { method: "DELETE" });
    expect((await server.call("/users", { as })).status).toBe(401);
  });
});

it("no secret gets into the log", async () => {
  await login("root", "a very secret guess");
  await server.call("/auth/login", {
    method: "POST",
    body: '{"username":"root","password":"half a secret',
    headers: { "Content-Type": "application/json" },
  });
  await server.call(
    `/streams/x/logs?from=x&to=y&filter=${encodeURIComponent('a = "queried secret"')}`,
    { as: server.root },
  );
  const { body } = await server.must("/token", { method: "POST" });
  const log = JSON.stringify(server.logLines);
  for (const secret of [
    "very secret guess",
    "half a secret",
    "queried secret",
    body.token,
    ROOT_PASSWORD,
    server.root.slice(11),
    KEY,
  ])
    expect(log).not.toContain(secret);
});

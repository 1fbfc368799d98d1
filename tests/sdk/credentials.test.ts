import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient, UnauthenticatedError } from "../../sdk/index.js";
import { apiError, fakeServer, sendJson, thrownBy } from "./fake-server.js";

afterEach(() => vi.unstubAllEnvs());

const ROLES = { success: true, roles: [] };

describe("a token", () => {
  test.each([
    ["pat_abc", "Bearer pat:pat_abc"],
    ["pat:pat_abc", "Bearer pat:pat_abc"],
    ["aaa.bbb.ccc", "Bearer jwt:aaa.bbb.ccc"],
    ["jwt_aaa.bbb.ccc", "Bearer jwt:aaa.bbb.ccc"],
    ["jwt:aaa.bbb.ccc", "Bearer jwt:aaa.bbb.ccc"],
    [" pat_abc\n", "Bearer pat:pat_abc"],
  ])("%j is sent as %j, by every way", async (token, header) => {
    await using server = await fakeServer((_, response) => sendJson(response, 200, ROLES));
    const client = createClient({ baseUrl: server.url, token });
    await client.roles.list();
    await thrownBy(() => client.backup.logs());
    await thrownBy(() => client.restore.logs(Buffer.from("x")));
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      header,
      header,
      header,
    ]);
  });

  test("and the server come from the environment, unless they are given", async () => {
    await using server = await fakeServer((_, response) => sendJson(response, 200, ROLES));
    vi.stubEnv("FLOWG_URL", `${server.url}/`);
    vi.stubEnv("FLOWG_TOKEN", "pat_env");
    await createClient().roles.list();
    await createClient({ token: "pat_given" }).roles.list();
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer pat:pat_env",
      "Bearer pat:pat_given",
    ]);
  });

  test("without one, nothing is sent as one", async () => {
    await using server = await fakeServer((_, response) => sendJson(response, 200, ROLES));
    vi.stubEnv("FLOWG_TOKEN", "");
    await createClient({ baseUrl: server.url }).roles.list();
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });

  test("a path in front of the API's is kept", async () => {
    await using server = await fakeServer((_, response) => sendJson(response, 200, ROLES));
    await createClient({ baseUrl: `${server.url}/flowg/`, token: "pat_x" }).roles.list();
    expect(server.asked[0]?.path).toBe("/flowg/api/v1/roles");
  });
});

describe("a password", () => {
  /** Sessions are good until `end` is called. */
  async function server() {
    let sessions = 0;
    let valid = "";
    const fake = await fakeServer((request, response) => {
      if (request.url?.endsWith("/auth/login")) {
        sessions++;
        valid = `a.b.${sessions}`;
        sendJson(response, 200, { success: true, token: valid });
      } else if (request.headers.authorization !== `Bearer jwt:${valid}`) {
        sendJson(response, 401, apiError("UNAUTHENTICATED"));
      } else sendJson(response, 200, { ...ROLES, report: { kinds: {} } });
    });
    return Object.assign(fake, { end: () => (valid = "ended"), sessions: () => sessions });
  }

  test("logs in once for calls at the same time, and again when the session has ended", async () => {
    await using fake = await server();
    const client = createClient({ baseUrl: fake.url, username: "root", password: "secret" });
    await Promise.all([client.roles.list(), client.roles.list(), client.roles.list()]);
    expect(fake.sessions()).toBe(1);
    expect(JSON.parse(fake.asked[0]?.body ?? "")).toEqual({ username: "root", password: "secret" });
    fake.end();
    await client.roles.list();
    expect(fake.sessions()).toBe(2);
    fake.end();
    await client.restore.logs(Buffer.from("snapshot"));
    expect(fake.sessions()).toBe(3);
  });

  test("a wrong one is tried once", async () => {
    await using fake = await fakeServer((_, response) => {
      response.setHeader("Retry-After", "0");
      sendJson(response, 401, apiError("UNAUTHENTICATED"));
    });
    const client = createClient({ baseUrl: fake.url, username: "root", password: "wrong" });
    expect(await thrownBy(() => client.roles.list())).toBeInstanceOf(UnauthenticatedError);
    expect(fake.asked).toHaveLength(1);
  });
});

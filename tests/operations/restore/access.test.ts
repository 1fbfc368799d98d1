// An auth restore says how it changes permissions, and nobody gets in, or is locked out, by one unseen.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessChange } from "../../../server/operations/restore/access.js";
import type {
  AccessCaller,
  AccessReport,
} from "../../../server/operations/restore/access-report.js";
import { restoredRecords } from "../../../server/records/auth/auth-records.js";
import { SCOPES, type Scope } from "../../../server/records/auth/scopes.js";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import {
  encodeValue,
  roleKey,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../../../server/records/records.js";
import { isTokenOf } from "../../../server/stores/auth/tokens.js";
import { makeSnapshot, type Pair } from "../../formats/snapshot/make-snapshot.js";
import { readContents } from "../offline/contents.js";
import {
  download,
  type FlowgServer,
  ROOT_PASSWORD,
  startFlowg,
  until,
  upload,
} from "../online/flowg-server.js";
import { head, rawClient, statusOf } from "../online/raw-client.js";

const ALL: readonly Scope[] = SCOPES;
const UUID = "11111111-2222-4333-8444-555555555555";
const OTHER = "22222222-2222-4333-8444-555555555555";
const sha = (text: string) => ({ sha256: tokenSha256(text) });
const slow = { legacyHash: "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8A" };

/** Made by FlowG's own library. */
const FLOWG_TOKEN = "pat_abcdefghijklmnopqrstuvwxyzABCDEF";
const flowgHash = {
  legacyHash: "$argon2id$v=19$m=1,t=1,p=1$3q2+7w$niesAMUeAMXpwJWxmq4o9X/ToR1HyTYBmUoOCjFOWhw",
};
const bearing = (text: string) => ({
  uuid: UUID,
  isOf: (hash: string) => isTokenOf(text, hash),
});

/** The hash of `root`, made by FlowG's own library. */
const HASH = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";

const role = (name: string, ...scopes: string[]): Pair => ({
  key: roleKey(name),
  value: encodeValue({ scopes }),
});
const user = (name: string, roles: string[], passwordHash = "old hash"): Pair => ({
  key: userKey(name),
  value: encodeValue({ passwordHash, roles }),
});
const token = (name: string, uuid: string, value: TokenRecord): Pair => ({
  key: tokenKey(name, uuid),
  value: encodeValue(value),
});

const admin = role("admin", ...ALL);
const acls = role("acls", "write_acls");
const root = user("root", ["admin"]);

interface Question {
  before: Pair[];
  snapshot: Pair[];
  mode?: "merge" | "replace";
  caller?: Partial<AccessCaller>;
  /** How many there are; 1 unless said otherwise. */
  refusals?: number;
}

/** Root asks, with everything, unless said otherwise. */
function change({ before, snapshot, mode = "merge", caller }: Question): AccessReport {
  const map = (pairs: Pair[]) =>
    new Map(pairs.map(({ key, value }) => [key.toString("latin1"), value]));
  return accessChange(map(before), restoredRecords(map(before), map(snapshot), { mode }), {
    user: "root",
    scopes: new Set(ALL),
    ...caller,
  });
}

const limited = { user: "limited", scopes: new Set<Scope>(["read_acls", "write_acls"]) };
const limitedUser = user("limited", ["acls"]);
const base = [acls, admin, limitedUser, root];

describe("read_backups", () => {
  const clerk = new Set<Scope>(["read_acls", "write_acls", "read_streams"]);
  const most = ["read_acls", "read_pipelines", "read_transformers", "read_alerts"];
  const caller = { user: "limited", scopes: clerk };
  const clerks = role("acls", "write_acls", "read_streams");
  const before = [clerks, admin, limitedUser, root, role("r", ...most), user("eve", ["r"])];

  test("that comes of scopes which were there and one that the caller holds is no more than these", () => {
    const snapshot = [role("r", ...most, "read_streams")];
    const report = change({ before, snapshot, caller });
    expect(report.changes).toEqual([
      { user: "eve", gains: ["read_backups", "read_streams"], loses: [] },
    ]);
    expect(report.refusals).toEqual([]);
  });

  test("is more than a caller without it can bring", () => {
    const snapshot = [role("s", "read_backups"), user("friend", ["s"])];
    const report = change({ before: [...before, role("s")], snapshot, caller });
    expect(report.refusals).toHaveLength(2);
  });
});

describe("write_backups", () => {
  const writing = SCOPES.filter((scope) => /^write_(?!acls|backups)/.test(scope));
  const caller = { user: "limited", scopes: limited.scopes };

  test("that comes of scopes which were there and one that the caller holds is no more than these", () => {
    const before = [...base, role("w", ...writing), user("eve", ["w"])];
    const report = change({ before, snapshot: [role("w", ...writing, "write_acls")], caller });
    expect(report.changes).toEqual([
      {
        user: "eve",
        gains: ["forget_backups", "read_acls", "read_backups", "write_acls", "write_backups"],
        loses: [],
      },
    ]);
    expect(report.refusals).toEqual([]);
  });

  test("is more than a caller without it can bring, and no read_backups", () => {
    const snapshot = [role("s", "write_backups"), user("friend", ["s"])];
    const report = change({ before: [...base, role("s")], snapshot, caller });
    expect(report.changes).toEqual([{ user: "friend", gains: ["write_backups"], loses: [] }]);
    expect(report.refusals).toHaveLength(2);
  });
});

describe("the report", () => {
  test("says who gains and loses what, and who and what comes and goes", () => {
    const report = change({
      before: [admin, role("r", "read_streams"), user("eve", ["r"]), user("leaver", []), root],
      snapshot: [
        admin,
        role("r", "send_logs"),
        token("eve", UUID, sha("t")),
        user("back", ["r"]),
        user("eve", ["r"], "another hash"),
        root,
      ],
      mode: "replace",
    });
    expect(report).toEqual({
      changes: [
        { user: "back", gains: ["send_logs"], loses: [] },
        { user: "eve", gains: ["send_logs"], loses: ["read_streams"] },
      ],
      usersBack: ["back"],
      usersGone: ["leaver"],
      passwordsChanged: ["eve"],
      tokensBack: [{ user: "eve", uuid: UUID }],
      tokensGone: [],
      administrators: 1,
      caller: { user: "root", stays: true, gains: [] },
      refusals: [],
    });
  });

  test("of equal records is empty", () => {
    const tokens = [token("root", UUID, sha("t")), token("root", OTHER, slow)];
    const report = change({
      before: [...base, ...tokens],
      snapshot: [...base, ...tokens],
      mode: "replace",
    });
    expect(report).toMatchObject({ changes: [], usersBack: [], usersGone: [], refusals: [] });
    expect(report).toMatchObject({ passwordsChanged: [], tokensBack: [], tokensGone: [] });
  });

  test("names a token whose hash changes, which may be another; the caller's own is compared", () => {
    const before = [...base, token("root", UUID, sha(FLOWG_TOKEN))];
    const caller = { token: bearing(FLOWG_TOKEN) };
    for (const [hash, stays] of [
      [flowgHash, true],
      [slow, false],
      [sha("u"), false],
    ] as const) {
      expect(change({ before, snapshot: [token("root", UUID, hash)], caller })).toMatchObject({
        tokensBack: [{ user: "root", uuid: UUID }],
        tokensGone: [{ user: "root", uuid: UUID }],
        caller: { stays },
      });
    }
  });

  test("names a token that lives longer or shorter afterwards, or again", () => {
    const past = "2020-01-01T00:00:00.000Z";
    const near = "2126-01-01T00:00:00.000Z";
    const far = "2127-01-01T00:00:00.000Z";
    const caller = { ...limited, token: undefined };
    const of = (expires?: string) =>
      token("root", UUID, { ...sha("t"), ...(expires && { expires }) });
    const found = [{ user: "root", uuid: UUID }];
    const refusal = /tokens of users who may do more than you: root/;
    for (const [was, will] of [
      [past, near],
      [past, undefined],
      [near, far],
      [near, undefined],
    ] as [string, string | undefined][]) {
      const report = change({ before: [...base, of(was)], snapshot: [of(will)], caller });
      expect(report).toMatchObject({ tokensBack: found, tokensGone: [] });
      expect(report.refusals).toEqual([expect.stringMatching(refusal)]);
      const back = change({ before: [...base, of(will)], snapshot: [of(was)], caller });
      expect(back).toMatchObject({ tokensBack: [], tokensGone: found, refusals: [] });
    }
    const still = change({ before: [...base, of(past)], snapshot: [of(past)], caller });
    expect(still).toMatchObject({ tokensBack: [], tokensGone: [], refusals: [] });
    // and those of a user who isn't there yet
    const nobodys = (expires: string) => token("nobody", UUID, { ...sha("t"), expires });
    const later = change({
      before: [...base, nobodys(near)],
      snapshot: [nobodys(far)],
      caller,
    });
    expect(later.refusals).toEqual([
      expect.stringMatching(/tokens of users who don't exist: nobody/),
    ]);
  });

  test("says that a caller whose token would have expired is locked out", () => {
    const before = [...base, token("root", UUID, sha(FLOWG_TOKEN))];
    const expires = "2020-01-01T00:00:00.000Z";
    const snapshot = [token("root", UUID, { ...sha(FLOWG_TOKEN), expires })];
    const report = change({ before, snapshot, caller: { token: bearing(FLOWG_TOKEN) } });
    expect(report.caller.stays).toBe(false);
    expect(report.refusals).toEqual(["it would lock you (root) out"]);
  });

  test("counts a role that comes back for users who already bear its name", () => {
    const report = change({
      before: [admin, root, user("eve", ["gone"])],
      snapshot: [role("gone", "write_acls")],
    });
    expect(report.changes).toEqual([
      { user: "eve", gains: ["read_acls", "write_acls"], loses: [] },
    ]);
  });
});

describe("a refusal", () => {
  test.each<[string, Question, RegExp]>([
    [
      "that nobody could administer",
      { before: base, snapshot: [role("admin", "send_logs"), role("acls")], refusals: 2 },
      /nobody could administer/,
    ],
    [
      "that the caller would be locked out, without a user",
      { before: base, snapshot: [acls, limitedUser], mode: "replace" },
      /lock you \(root\) out/,
    ],
    [
      "that the caller would be locked out, without the scope",
      { before: base, snapshot: [user("root", [])] },
      /lock you \(root\) out/,
    ],
    [
      "that the caller would be locked out, without the token",
      {
        before: [...base, token("root", UUID, sha("t"))],
        snapshot: base,
        mode: "replace",
        caller: { token: bearing("t") },
      },
      /lock you \(root\) out/,
    ],
    [
      "that the caller would gain scopes",
      {
        before: base,
        snapshot: [role("acls", "write_acls", "send_logs")],
        caller: limited,
        refusals: 2,
      },
      /give you scopes that you don't have: send_logs/,
    ],
    [
      "that somebody else would gain scopes which the caller lacks",
      { before: base, snapshot: [user("friend", ["admin"])], caller: limited },
      /give others scopes that you don't have: friend/,
    ],
    [
      "that a password comes for somebody who may do more",
      { before: base, snapshot: [user("root", ["admin"], "my hash")], caller: limited },
      /passwords or tokens of users who may do more than you: root/,
    ],
    [
      "that a token comes for somebody who may do more",
      { before: base, snapshot: [token("root", UUID, sha("mine"))], caller: limited },
      /passwords or tokens of users who may do more than you: root/,
    ],
    [
      "that somebody's token who may do more becomes another, under a hash that can't be compared",
      {
        before: [...base, token("root", UUID, sha("t"))],
        snapshot: [token("root", UUID, slow)],
        caller: limited,
      },
      /passwords or tokens of users who may do more than you: root/,
    ],
    [
      "that a role that nobody has gains scopes which the caller lacks",
      { before: base, snapshot: [role("later", "send_logs")], caller: limited },
      /give roles scopes that you don't have: later/,
    ],
    [
      "that a user gets a role that doesn't exist yet",
      { before: base, snapshot: [user("ghost", ["later"])], caller: limited },
      /give users roles that don't exist: ghost/,
    ],
    [
      "that a token comes for somebody who may do more until the same restore takes that away",
      {
        before: base,
        snapshot: [user("root", []), token("root", UUID, sha("mine")), user("boss", ["admin"])],
        caller: {
          ...limited,
          scopes: new Set<Scope>(ALL.filter((scope) => scope !== "send_logs")),
        },
        refusals: 2,
      },
      /passwords or tokens of users who may do more than you: root/,
    ],
    [
      "that a token comes for a user who doesn't exist yet",
      { before: base, snapshot: [token("later", UUID, sha("mine"))], caller: limited },
      /tokens of users who don't exist: later/,
    ],
    [
      "that such a token becomes another, or one whose user goes at once",
      {
        before: [
          ...base,
          token("gone", UUID, sha("t")),
          user("eve", []),
          token("eve", OTHER, slow),
        ],
        snapshot: [...base, token("gone", UUID, sha("mine")), token("eve", OTHER, sha("mine"))],
        mode: "replace",
        caller: limited,
      },
      /tokens of users who don't exist: eve, gone/,
    ],
  ])("says %s", (_, question, reason) => {
    const { refusals } = change(question);
    expect(refusals.join("\n")).toMatch(reason);
    expect(refusals).toHaveLength(question.refusals ?? 1);
  });

  test.each<[string, Question]>([
    ["who holds everything", { before: base, snapshot: [user("root", ["admin"], "older hash")] }],
    [
      "for one's own and one's equals' passwords and tokens",
      {
        before: [...base, user("equal", ["acls"])],
        snapshot: [
          user("limited", ["acls"], "older hash"),
          user("equal", ["acls"], "older hash"),
          token("equal", UUID, sha("t")),
        ],
        caller: limited,
      },
    ],
    [
      "who holds everything, and gives a role that doesn't exist",
      { before: base, snapshot: [user("ghost", ["later"]), role("other", "send_logs")] },
    ],
    [
      "for tokens that stay as they were, their users gone",
      {
        before: [
          ...base,
          token("gone", UUID, sha("t")),
          user("eve", []),
          token("eve", OTHER, slow),
        ],
        snapshot: [...base, token("gone", UUID, sha("t")), token("eve", OTHER, slow)],
        mode: "replace",
        caller: limited,
      },
    ],
    [
      "for roles that users had without there being any",
      {
        before: [...base, user("ghost", ["later"])],
        snapshot: [user("ghost", ["later"])],
        caller: limited,
      },
    ],
    [
      "for those who lose",
      { before: [...base, user("eve", ["acls"])], snapshot: [user("eve", [])] },
    ],
  ])("does not meet %s", (_, question) => {
    expect(change(question).refusals).toEqual([]);
  });
});

describe("online", () => {
  let server: FlowgServer;
  let session: string;
  beforeAll(async () => {
    server = await startFlowg();
    session = await server.login("root", ROOT_PASSWORD);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  const contents = async () => (await readContents("auth", server.dirs.auth)).contents;
  const snapshot = (...pairs: Pair[]) => makeSnapshot([pairs.sort((a, b) => a.key.compare(b.key))]);
  const status = async (as: string, path: string) =>
    (await fetch(`${server.api}${path}`, { headers: { Authorization: as } })).status;

  test("a refusal shows the report, and changes not one record", async () => {
    const before = await contents();
    for (const mode of ["merge", "replace"]) {
      const bytes = await snapshot(role("admin", "write_streams"), user("new", ["admin"]));
      const path = `/restore/auth?mode=${mode}`;
      const { status, body } = await upload(server, { as: session, path, bytes });
      expect(status).toBe(409);
      expect(body).toMatchObject({ success: false, code: "REFUSED" });
      expect(body.hint).toContain("allowAccessChange=true");
      expect(body.details.report).toMatchObject({
        database: "auth",
        dryRun: true,
        mode,
        kinds: { role: { overwritten: 1 } },
        access: { administrators: 0, usersBack: ["new"], caller: { user: "root", stays: false } },
      });
      expect(body.details.report.access.refusals).toHaveLength(2);
      const dry = await upload(server, { as: session, path: `${path}&dryRun=true`, bytes });
      expect(dry).toMatchObject({
        status: 200,
        body: { report: { access: { administrators: 0 } } },
      });
    }
    expect(await contents()).toEqual(before);
    await until(() => server.audit().length === 4);
    expect(server.audit().map(({ code, outcome }) => code ?? outcome)).toEqual([
      "REFUSED",
      "success",
      "REFUSED",
      "success",
    ]);
  });

  test("what comes back counts at once, and what goes, too", async () => {
    const ann = await server.userWith("ann", "read_streams");
    const { bytes: withAnn } = await download(server, session, "/backup/auth");
    expect(await status(ann, "/streams")).toBe(200);
    await server.call(session, "DELETE", "/users/ann");
    expect(await status(ann, "/streams")).toBe(401);
    const { bytes: withoutAnn } = await download(server, session, "/backup/auth");

    const back = await upload(server, { as: session, path: "/restore/auth", bytes: withAnn });
    expect(back).toMatchObject({ status: 200, body: { success: true } });
    expect(back.body.report.access).toMatchObject({ usersBack: ["ann"], refusals: [] });
    expect(back.body.report.access.tokensBack).toMatchObject([{ user: "ann" }]);
    expect(await status(ann, "/streams")).toBe(200);

    const path = "/restore/auth?mode=replace";
    const gone = await upload(server, { as: session, path, bytes: withoutAnn });
    expect(gone.body.report).toMatchObject({ access: { usersGone: ["ann"] } });
    expect(await status(ann, "/streams")).toBe(401);
    expect(await status(session, "/users")).toBe(200);

    const weaker = await snapshot(role("ann", "send_logs"));
    await upload(server, { as: session, path: "/restore/auth", bytes: withAnn });
    await upload(server, { as: session, path: "/restore/auth", bytes: weaker });
    expect(await status(ann, "/streams")).toBe(403);
  });

  test("who is let change access gets what the report said, and nothing that they lack", async () => {
    await using other = await startFlowg();
    const as = await other.userWith("limited", "write_acls");
    const text = `pat_${"x".repeat(32)}`;
    const given = [user("friend", ["admin"], HASH), token("root", UUID, sha(text))];
    const bytes = await snapshot(role("limited", "write_acls", "read_streams"), ...given);
    const refused = await upload(other, { as, path: "/restore/auth", bytes });
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body.details.report.access.refusals).toHaveLength(4);
    const path = "/restore/auth?allowAccessChange=true";
    // a role gives to all who have it, so this can't be allowed to a user that lacks the scope
    const forbidden = await upload(other, { as, path, bytes });
    expect(forbidden).toMatchObject({ status: 409, body: { code: "REFUSED" } });
    expect(forbidden.body.message).toContain("roles scopes that you don't have: limited");
    expect(forbidden.body.hint).not.toContain("allowAccessChange");

    const rest = await snapshot(...given);
    const let_ = await upload(other, { as, path, bytes: rest });
    expect(let_).toMatchObject({ status: 200, body: { report: { dryRun: false } } });
    expect(let_.body.report.access.changes).toEqual([
      { user: "friend", gains: ["read_acls", "write_acls"], loses: [] },
    ]);
    const may = async (authorization: string) => {
      const headers = { Authorization: authorization };
      const answer = await fetch(`${other.api}/auth/whoami`, { headers });
      const { permissions } = (await answer.json()) as { permissions: Record<string, boolean> };
      return Object.keys(permissions).filter((name) => permissions[name]);
    };
    const acls = ["can_view_acls", "can_edit_acls"];
    // root's by name, but the user that brought the token held no more
    expect(await may(`Bearer pat:${text}`)).toEqual(acls);
    expect(await may(await other.login("friend", "root"))).toEqual(acls);
    // its line may come after the answer
    await until(() => other.audit().length === 3);
    expect(other.audit().map(({ outcome }) => outcome)).toEqual(["refused", "refused", "success"]);
  });

  test("a restore that leaves nobody who may administer can be insisted on by its own flag", async () => {
    await using other = await startFlowg();
    const as = await other.login("root", ROOT_PASSWORD);
    const bytes = await snapshot(role("admin", "write_streams"));
    const path = "/restore/auth?mode=merge";
    const refused = await upload(other, { as, path: `${path}&allowNoAdmin=true`, bytes });
    // it also locks the caller out
    expect(refused).toMatchObject({ status: 409, body: { code: "REFUSED" } });
    expect(refused.body.message).not.toContain("administer");
    const let_ = await upload(other, { as, path: `${path}&allowAccessChange=true`, bytes });
    expect(let_.status).toBe(200);
  });

  test.each([
    ["is deleted", "DELETE", "/users/mallory", undefined, 401],
    ["loses the scope", "PUT", "/roles/mallory", { scopes: ["read_acls"] }, 403],
  ])(
    "somebody who %s while their upload comes restores nothing",
    async (_, method, path, body, status) => {
      for (const database of ["auth", "config", "logs"]) {
        await server.userWith("mallory", ...ALL);
        const { bytes: file } = await download(server, session, `/backup/${database}`);
        const form = Buffer.concat([
          Buffer.from('--b\r\nContent-Disposition: form-data; name="backup"; filename="x"\r\n\r\n'),
          file,
          Buffer.from("\r\n--b--\r\n"),
        ]);
        const mallory = await server.userWith("mallory", ...ALL);
        const client = await rawClient(server.url);
        const line = `POST /api/v1/restore/${database}?allowAccessChange=true HTTP/1.1`;
        await client.send(
          head(line, {
            Authorization: mallory,
            "Content-Type": "multipart/form-data; boundary=b",
            "Content-Length": String(form.length),
            Connection: "close",
          }),
        );
        await client.send(form.subarray(0, 200));
        await until(async () => (await server.spooled()).length === 1);
        await server.call(session, method, path, body);
        const before = await contents();
        await client.send(form.subarray(200));
        await client.ended;
        expect(statusOf(client.text())).toBe(status);
        expect(await contents()).toEqual(before);
      }
    },
  );
});

import { describe, expect, it } from "vitest";
import { badgerStream, importBytes, type Kv, uuid } from "./encode.js";

const HASH = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";
const SHA256 = "ab".repeat(32);

/** Keys are written with the separator that FlowG had before 0.61, or with the later one. */
const stream = (keys: (string | [string, string])[], separator = ":"): Buffer =>
  badgerStream(
    keys.map((item): Kv => {
      const [key, value] = typeof item === "string" ? [item, ""] : item;
      return { key: key.replaceAll("|", separator), value };
    }),
  );

describe("FlowG's auth keys", () => {
  it("makes one record of a role's and a user's many keys", async () => {
    const { records } = await importBytes(
      stream([
        "index|role|ops",
        "index|user|ann",
        ["user|ann|password", HASH],
        "user|ann|role|ops",
        "user|ann|role|gone",
        "role|ops|write_forwarders",
        "role|ops|read_forwarders",
        "role|ops|read_system_configuration",
        [`pat|ann|${uuid(1)}`, HASH],
      ]),
    );
    expect(records).toEqual({
      "role|ops": '{"scopes":["read_alerts","read_system_configuration","write_alerts"]}',
      [`token|ann|${uuid(1)}`]: JSON.stringify({ legacyHash: HASH }),
      "user|ann": JSON.stringify({ passwordHash: HASH, roles: ["gone", "ops"] }),
    });
  });

  it("leaves out a scope that only we have: it granted nothing there", async () => {
    const { records, warnings } = await importBytes(
      stream([
        "index|role|ops",
        "role|ops|read_backups",
        "role|ops|send_logs",
        "role|ops|write_backups",
      ]),
    );
    expect(records).toEqual({ "role|ops": '{"scopes":["send_logs"]}' });
    expect(warnings).toContain(
      'Left out 2 grants of a scope that means nothing in FlowG: "read_backups", "write_backups".',
    );
  });

  it("tells apart names that hold the separator", async () => {
    const { records, warnings } = await importBytes(
      stream([
        "index:role:admin",
        "index:role:admin:a",
        "role:admin:send_logs",
        "role:admin:a:write_acls",
        "index:user:bob",
        "index:user:bob:role:x",
        ["user:bob:password", `${HASH}1`],
        ["user:bob:role:x:password", `${HASH}2`],
        "user:bob:role:admin:a",
        "user:bob:role:x:role:admin",
        [`pat:bob:role:x:${uuid(2)}`, HASH],
        [`pat:bob:${uuid(1)}`, HASH],
      ]),
    );
    expect(records).toEqual({
      "role|admin": '{"scopes":["send_logs"]}',
      "role|admin:a": '{"scopes":["write_acls"]}',
      [`token|bob|${uuid(1)}`]: JSON.stringify({ legacyHash: HASH }),
      [`token|bob:role:x|${uuid(2)}`]: JSON.stringify({ legacyHash: HASH }),
      "user|bob": JSON.stringify({ passwordHash: `${HASH}1`, roles: ["admin:a"] }),
      "user|bob:role:x": JSON.stringify({ passwordHash: `${HASH}2`, roles: ["admin"] }),
    });
    expect(warnings).toHaveLength(1);
  });

  it("gives nobody a grant that could be of two users", async () => {
    const { records, warnings, facts } = await importBytes(
      stream([
        "index:role:c",
        "index:role:b:role:c",
        "index:user:a",
        "index:user:a:role:b",
        "user:a:role:b:role:c",
      ]),
    );
    expect(JSON.parse(records["user|a"] ?? "").roles).toEqual([]);
    expect(JSON.parse(records["user|a:role:b"] ?? "").roles).toEqual([]);
    expect(facts.leftOut).toBe(1);
    expect(warnings.join("\n")).toMatch(/1 grant that could be of two users/);
  });

  it("leaves out what belongs to no role or user, so that it can't let anyone in", async () => {
    const { records, facts, warnings } = await importBytes(
      stream([
        "index:user:ann",
        ["user:ann:password", HASH],
        "role:ghost:write_acls",
        ["user:ghost:password", HASH],
        "user:ghost:role:admin",
        [`pat:ghost:${uuid(1)}`, HASH],
      ]),
    );
    expect(Object.keys(records)).toEqual(["user|ann"]);
    expect(facts.leftOut).toBe(4);
    expect(warnings.join("\n")).toMatch(/3 keys of a role or user that does not exist/);
    expect(warnings.join("\n")).toMatch(/1 token of a user that does not exist/);
  });

  it("keeps a user without a usable password, but lets nobody log in as that user", async () => {
    const { records, warnings } = await importBytes(
      stream(["index:user:ann", "index:user:bob", ["user:bob:password", "plain text"]]),
    );
    expect(records).toEqual({
      "user|ann": '{"passwordHash":"","roles":[]}',
      "user|bob": '{"passwordHash":"","roles":[]}',
    });
    expect(warnings.join("\n")).toMatch(/2 users came without a usable password.*"ann", "bob"/);
  });

  it("leaves out a token with an unknown hash", async () => {
    const { records, warnings } = await importBytes(
      stream(["index:user:ann", [`pat:ann:${uuid(1)}`, "md5:xyz"], ["pat:ann:no-uuid", HASH]]),
    );
    expect(Object.keys(records)).toEqual(["user|ann"]);
    expect(warnings.join("\n")).toMatch(/1 token with a hash of an unknown kind, of "ann"/);
    expect(warnings.join("\n")).not.toContain("md5");
  });
});

describe("the auth keys of FlowG 0.61 and later", () => {
  it("takes tokens by their SHA-256, and none that FlowG no longer accepted", async () => {
    const { records, warnings, facts } = await importBytes(
      stream(
        [
          "__meta__|migration|key_separator",
          "index|role|admin",
          "role|admin|write_acls",
          "index|user|root",
          ["user|root|password", HASH],
          "user|root|role|admin",
          [`pat|root|${uuid(1)}`, SHA256],
          [`pat|root|${uuid(2)}`, HASH],
          [`index|pat|${SHA256}`, "root"],
          ["provider|github", '{"name":"github"}'],
        ],
        "\x1b",
      ),
    );
    expect(records).toEqual({
      "role|admin": '{"scopes":["write_acls"]}',
      [`token|root|${uuid(1)}`]: JSON.stringify({ sha256: SHA256 }),
      "user|root": JSON.stringify({ passwordHash: HASH, roles: ["admin"] }),
    });
    expect(facts).toMatchObject({ indexKeys: 3, leftOut: 2 });
    expect(warnings.join("\n")).toMatch(/1 token that FlowG stopped accepting/);
    expect(warnings.join("\n")).toMatch(/1 identity provider/);
  });

  it("puts the colons back into names from before the upgrade", async () => {
    const { records } = await importBytes(
      stream(
        [
          "index|role|admin|a",
          "role|admin|a|write_acls",
          "index|user|bob|x",
          ["user|bob|x|password", HASH],
          "user|bob|x|role|admin|a",
          "index|user|new:user",
          ["user|new:user|password", HASH],
          "user|new:user|role|admin|a",
          [`pat|bob|x|${uuid(1)}`, SHA256],
        ],
        "\x1b",
      ),
    );
    expect(records).toEqual({
      "role|admin:a": '{"scopes":["write_acls"]}',
      [`token|bob:x|${uuid(1)}`]: JSON.stringify({ sha256: SHA256 }),
      "user|bob:x": JSON.stringify({ passwordHash: HASH, roles: ["admin:a"] }),
      "user|new:user": JSON.stringify({ passwordHash: HASH, roles: ["admin:a"] }),
    });
  });

  it("brings back no user that only keys from before the upgrade name: that FlowG didn't see them", async () => {
    const { records, warnings, facts } = await importBytes(
      badgerStream([
        { key: "index\x1buser\x1broot" },
        { key: "user\x1broot\x1bpassword", value: HASH },
        { key: "index:user:fired" },
        { key: "user:fired:password", value: HASH },
        { key: "user:root:role:admin" },
        { key: `pat:root:${uuid(1)}`, value: HASH },
      ]),
    );
    expect(Object.keys(records)).toEqual(["user|root"]);
    expect(JSON.parse(records["user|root"] ?? "").roles).toEqual([]);
    expect(facts.leftOut).toBe(4);
    expect(warnings.join("\n")).toMatch(/4 keys from before FlowG 0.61/);
  });
});

describe("names that can't stand here", () => {
  it("writes control characters and bytes that are no UTF-8 as percent signs, and says so", async () => {
    const { records, warnings } = await importBytes(
      badgerStream([
        { key: "index:user:a\x01b" },
        { key: Buffer.from("index:user:\xff\xe9", "latin1") },
        { key: "index:user:c\x1bd" },
        { key: "index:role:r\n" },
        { key: "user:a\x01b:role:r\n" },
      ]),
    );
    expect(Object.keys(records)).toEqual(["role|r%0A", "user|%FF%E9", "user|a%01b", "user|c%1Bd"]);
    expect(JSON.parse(records["user|a%01b"] ?? "").roles).toEqual(["r%0A"]);
    expect(warnings).toContain(
      'The user name "a\\u0001b" is written "a%01b" here; whatever refers to it must be changed by hand.',
    );
  });

  it("refuses two names that would become one", async () => {
    const both = badgerStream([{ key: "index:user:a\x01" }, { key: "index:user:a%01" }]);
    await expect(importBytes(both)).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringContaining('"a\\u0001" and "a%01"'),
    });
  });

  it("refuses a name that is too long, naming it", async () => {
    const long = badgerStream([{ key: `index:role:${"x".repeat(600)}` }]);
    await expect(importBytes(long)).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringMatching(/role name "x{64}…" is 600 bytes long/),
    });
  });
});

// Names with very many colons, in keys that are joined by colons: each key is walked once, however many readings it has.

import { describe, expect, it } from "vitest";
import { KnownNames } from "../../../server/formats/flowg/known-names.js";
import { badgerStream, entryValue, importBytes, time, uuid } from "./encode.js";

const HASH = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";

describe("known names", () => {
  it("are found at each separator, the longest first", () => {
    const names = new KnownNames<number>();
    for (const name of ["", "a", "a:b", "a:b:c", "b"]) names.set(name, name.length);
    expect([...names.beginnings("a:b:x:c", ":")]).toEqual(["a:b", "a"]);
    expect([...names.beginnings("a\x1bb\x1bc\x1bd", "\x1b")]).toEqual(["a:b:c", "a:b", "a"]);
    expect([...names.beginnings(":a", ":")]).toEqual([""]);
    expect([...names.beginnings("a:b", ":")]).toEqual(["a"]);
    expect([...names.beginnings("ab", ":")]).toEqual([]);
  });

  it("are looked for in one walk over the key, and no further than the longest reaches", () => {
    const names = new KnownNames<undefined>();
    for (let parts = 1; parts <= 200; parts++)
      names.set(Array(parts).fill("a").join(":"), undefined);
    const longest = 399;
    const text = ":".repeat(65_000);
    const before = names.steps;
    expect([...names.beginnings(text, ":")]).toEqual([]);
    expect(names.steps - before).toBe(longest + 1);
    const found = [...names.beginnings(`${Array(300).fill("a").join(":")}:`, ":")];
    expect(found).toHaveLength(200);
    expect(names.steps - before).toBe(2 * (longest + 1));
  });
});

describe("names with colons", () => {
  it("of streams: a listed field belongs to the longest stream that there is", async () => {
    const deep = Array(120).fill("s").join(":");
    const kvs = [
      ...["s", "s:s", deep].map((name) => ({ key: `stream:config:${name}`, value: "" })),
      { key: `stream:field:${deep}:${":".repeat(500)}` },
      { key: `stream:field:s:s:x:${"s:".repeat(100)}` },
      { key: `stream:field:t:${"s:".repeat(100)}` },
      { key: `entry:${deep}:${time(1)}:${uuid(1)}`, value: entryValue({ f: "" }) },
    ];
    const { records, warnings } = await importBytes(badgerStream(kvs));
    expect(Object.keys(records).filter((key) => key.startsWith("field"))).toEqual([
      `field|s:s|x:${"s:".repeat(100)}`,
      `field|${deep}|${":".repeat(500)}`,
      `field|${deep}|f`,
    ]);
    expect(warnings.join()).toContain("Left out 1 listed field of a stream that does not exist");
  });

  it("of users: a grant that could be of two is left out, others are taken", async () => {
    const kvs = [
      ...["a", "a:role:a"].map((name) => ({ key: `index:user:${name}` })),
      ...["r", "a:role:r", "a:role:q", "q"].map((name) => ({ key: `index:role:${name}` })),
      ...["a", "a:role:a"].map((name) => ({ key: `user:${name}:password`, value: HASH })),
      // of "a" the role "a:role:r", or of "a:role:a" the role "r"
      { key: "user:a:role:a:role:r" },
      { key: "user:a:role:q" },
      { key: "user:a:role:a:role:a:role:x" },
      { key: `user:${"b:role:".repeat(5000)}r` },
    ];
    const { records, warnings } = await importBytes(badgerStream(kvs));
    expect(JSON.parse(records["user|a"] ?? "").roles).toEqual(["q"]);
    expect(JSON.parse(records["user|a:role:a"] ?? "").roles).toEqual([]);
    const all = warnings.join("\n");
    expect(all).toMatch(/Left out 1 grant that could be of two users/);
    expect(all).toMatch(/Left out 2 keys of a role or user that does not exist/);
  });
});

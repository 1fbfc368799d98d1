// Making and opening a repository: the files that it has, the keys that can read them, and the changes of others that are
// noticed.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type InitOptions, initRepository } from "../../server/repository/init.js";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { makeKeyFile } from "../../server/repository/make-key-file.js";
import {
  type OpenedRepository,
  type OpenOptions,
  openRepository,
} from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { Place } from "../../server/repository/places/place.js";
import { missingTools, tool } from "./tools.js";

let home: string;
const before = process.env.XDG_CONFIG_HOME;
const at = (name: string) => join(home, name);

/** What a machine keeps for itself: another name is another machine. */
const onMachine = (name: string) => {
  process.env.XDG_CONFIG_HOME = at(name);
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-open-"));
  onMachine("here");
});
afterEach(() => rm(home, { recursive: true }));
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
});

const place = (name = "repository"): Promise<Place> => openPlace(at(name));
const init = async (readers: InitOptions["readers"], more: Partial<InitOptions> = {}) =>
  initRepository({ place: await place(), readers, ...more });
const open = async (options: Partial<OpenOptions> = {}): Promise<OpenedRepository> =>
  openRepository({ place: await place(), ...options });
const failure = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error & { code: string; hint: string };
};
const FILE = () => at("repository/repository.json");
const json = async () => JSON.parse(await readFile(FILE(), "utf8"));
const forge = async (change: (file: Record<string, unknown>) => object) =>
  writeFile(FILE(), `${JSON.stringify(change(await json()), null, 2)}\n`);

const SEGMENT = "segments/ab/abcd.zst.age";
const MANIFEST = "snapshots/2026-11-28/x.json.zst.age";

describe("a repository with an identity file", () => {
  test("is opened by it alone on another machine", async () => {
    const made = await init({ identityFile: at("id") });
    expect(made).toMatchObject({ encrypted: true, identityMade: true, identityTrusts: true });
    expect(made.keyFile).toBe(at(`here/flowg/repositories/${made.id}.json`));
    for (const path of [at("id"), made.keyFile ?? ""])
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    const server = await open();
    expect(server.keys.canRead).toBe(false);
    const stored = await server.keys.cipher.encrypt(Buffer.from("records"));
    const signature = server.keys.sign?.(stored, MANIFEST);
    expect((await failure(server.keys.cipher.decrypt(stored, SEGMENT))).code).toBe(
      "IDENTITY_REQUIRED",
    );

    onMachine("there");
    const reader = await open({ identityFiles: [at("id")], mustRead: true });
    expect(reader.notes).toEqual([]);
    expect(await reader.keys.cipher.decrypt(stored, SEGMENT)).toEqual(Buffer.from("records"));
    reader.keys.demandSigned(stored, signature, MANIFEST);
    expect(() => reader.keys.demandSigned(stored, undefined, MANIFEST)).toThrow(/not signed/);
    const hash = Buffer.alloc(32, 7);
    expect(reader.keys.nameOf(hash)).toBe(server.keys.nameOf(hash));
    expect(reader.keys.nameOf(hash)).not.toBe(hash.toString("hex"));
    expect(await readdir(at("repository"))).toEqual(["repository.json"]);
  });

  test("has no secret that can be read in its place, nor in a machine's key file one that decrypts", async () => {
    const made = await init({ identityFile: at("id") });
    const identity = /AGE-SECRET-KEY-\w+/.exec(await readFile(at("id"), "utf8"))?.[0] ?? "";
    const key = JSON.parse(await readFile(made.keyFile ?? "", "utf8"));
    const stored = await readFile(FILE(), "utf8");
    for (const secret of [identity, key.nameKey, key.signingKey]) {
      expect(secret.length).toBeGreaterThan(50);
      expect(stored).not.toContain(secret);
    }
    expect(JSON.stringify(key)).not.toContain("AGE-SECRET-KEY");
  });

  test("names in a refusal each trusted key once, where identity and key file have the same", async () => {
    const made = await init({ identityFile: at("id") });
    const { keys } = await open({
      identityFiles: [at("id")],
      trustedKeys: [made.signingKey ?? ""],
    });
    expect(() => keys.demandSigned(Buffer.from("x"), undefined, MANIFEST)).toThrow(
      /trusted: [0-9A-F]{16}$/,
    );
  });

  test("says what to do about an object that was changed, and about one that nobody has signed", async () => {
    await init({ identityFile: at("id") });
    const server = await open();
    const stored = await server.keys.cipher.encrypt(Buffer.from("records"));
    const signature = server.keys.sign?.(stored, MANIFEST) ?? "";
    const hintOf = async (bytes: Buffer, signed?: string) => {
      const { keys } = await open({ identityFiles: [at("id")] });
      const error = await failure((async () => keys.demandSigned(bytes, signed, MANIFEST))());
      expect(error.code).toBe("SIGNATURE_REFUSED");
      return error.hint;
    };
    const cut = stored.subarray(0, -1);
    expect(await hintOf(cut, signature)).toContain("put it back from another copy");
    expect(await hintOf(stored, signature.slice(0, 90))).toContain("put it back from another copy");
    expect(await hintOf(stored)).toContain("--trusted-key");
  });

  test("is as well for several identities and recipients", async () => {
    const [one, two] = [newIdentity(), newIdentity()];
    await writeFile(at("both"), `${one.secret}\n`, { mode: 0o600 });
    const made = await init({ identityFile: at("both"), recipients: [two.recipient] });
    expect(made).toMatchObject({ identityMade: false, identityTrusts: false });
    expect(made.recipients).toEqual([one.recipient, two.recipient]);
    await writeFile(at("two"), `# signing key: ${made.signingKey}\n${two.secret}`, { mode: 0o600 });
    onMachine("there");
    expect((await open({ identityFiles: [at("two")] })).keys.canRead).toBe(true);
    expect(await readFile(at("both"), "utf8")).toBe(`${one.secret}\n`);
  });

  test("shares its signing key with a second one for the same identity", async () => {
    const one = await init({ identityFile: at("id") });
    const two = await initRepository({
      place: await place("second"),
      readers: { identityFile: at("id") },
    });
    expect(two.signingKey).toBe(one.signingKey);
    expect(two).toMatchObject({ identityMade: false, identityTrusts: true });
    onMachine("there");
    for (const name of ["repository", "second"]) {
      const { notes } = await openRepository({
        place: await place(name),
        identityFiles: [at("id")],
      });
      expect(notes).toEqual([]);
    }
    // one can't stand for the other
    const [first, second] = [
      await open({ identityFiles: [at("id")] }),
      await openRepository({ place: await place("second"), identityFiles: [at("id")] }),
    ];
    const stored = Buffer.from("x");
    const signature = first.keys.sign?.(stored, MANIFEST);
    expect(() => second.keys.demandSigned(stored, signature, MANIFEST)).toThrow(/another object/);
  });
});

describe("a passphrase", () => {
  test("opens a repository, alone", async () => {
    const made = await init({ passphrase: "correct horse battery" });
    expect(made).toMatchObject({ passphrase: true, identityFile: null });
    const stored = await (await open()).keys.cipher.encrypt(Buffer.from("records"));
    onMachine("there");
    const reader = await open({ passphrase: "correct horse battery", mustRead: true });
    expect(reader.notes).toEqual([]);
    expect((await reader.keys.cipher.decrypt(stored, SEGMENT)).toString()).toBe("records");
    const wrong = await failure(open({ passphrase: "correct horse" }));
    expect(wrong).toMatchObject({ code: "IDENTITY_REQUIRED" });
    expect(wrong.message).toContain("the passphrase does not open");
    expect(wrong.message + wrong.hint).not.toContain("correct horse");
  });

  test("opens an encrypted identity file", async () => {
    const { encryptWithPassphrase } = await import("../../server/repository/keys/passphrase.js");
    const { secret, recipient } = newIdentity();
    await writeFile(at("locked"), await encryptWithPassphrase(`${secret}\n`, "pass phrase"));
    expect((await failure(init({ identityFile: at("locked") }))).message).toContain(
      "is encrypted with a passphrase",
    );
    const made = await init({ identityFile: at("locked"), passphrase: "pass phrase" });
    expect(made).toMatchObject({ passphrase: false, recipients: [recipient] });
    const opened = await open({ identityFiles: [at("locked")], passphrase: "pass phrase" });
    expect(opened.keys.canRead).toBe(true);
  });
});

test("without encryption there are no keys and no files", async () => {
  const made = await init({}, { unencrypted: true });
  expect(made).toMatchObject({ encrypted: false, keyFile: null, signingKey: null });
  expect(await readdir(home)).toEqual(["repository"]);
  const { keys, notes } = await open({ mustRead: true });
  expect(notes).toEqual([]);
  expect(keys.cipher.suffix).toBe("");
  expect(keys.sign).toBeUndefined();
  const bytes = Buffer.from("plain");
  expect(await keys.cipher.decrypt(await keys.cipher.encrypt(bytes), "x")).toEqual(bytes);
  expect(keys.nameOf(Buffer.alloc(32, 1))).toBe("01".repeat(32));
});

describe("init refuses", () => {
  test("where there is a repository", async () => {
    const made = await init({ identityFile: at("id") });
    const error = await failure(init({ identityFile: at("other") }));
    expect(error).toMatchObject({ code: "REFUSED" });
    expect(error.message).toContain(made.id);
    expect(await readdir(home)).not.toContain("other");
    expect(await readdir(at("here/flowg/repositories"))).toHaveLength(1);
  });

  test("where one has lost its repository.json", async () => {
    const lost = await place();
    await lost.put(SEGMENT, Buffer.from("x"));
    expect((await failure(init({ identityFile: at("id") }))).message).toContain("has lost it");
    expect(await readdir(home)).toEqual(["repository"]);
  });

  test("to write over a file or to follow a link", async () => {
    await mkdir(at("elsewhere"));
    await symlink(at("elsewhere/id"), at("id"));
    await symlink(at("elsewhere/key"), at("key"));
    const dangling = await failure(init({ identityFile: at("id") }));
    expect(dangling.code).toBe("REFUSED");
    await rm(at("id"));
    expect((await failure(init({ identityFile: at("id") }, { keyFile: at("key") }))).code).toBe(
      "REFUSED",
    );
    await writeFile(at("taken"), "mine");
    expect((await failure(init({ identityFile: at("id") }, { keyFile: at("taken") }))).code).toBe(
      "REFUSED",
    );
    expect(await readFile(at("taken"), "utf8")).toBe("mine");
    expect(await readdir(at("elsewhere"))).toEqual([]);
    // what was made on the way is gone
    expect((await readdir(home)).sort()).toEqual(["elsewhere", "key", "taken"]);
  });

  test("to put the keys into the repository", async () => {
    const error = await failure(init({ identityFile: at("repository/id") }));
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect(await readdir(home)).toEqual([]);
  });

  test("texts that aren't recipients or identities", async () => {
    await writeFile(at("bad"), "hunter2");
    for (const readers of [{ recipients: ["age1nonsense"] }, { identityFile: at("bad") }])
      expect((await failure(init(readers))).code).toBe("INPUT_INVALID");
    expect(await readdir(home)).toEqual(["bad"]);
  });

  test("all but one of several at once", async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => init({ identityFile: at(`id${index}`) })),
    );
    const won = made.filter((one) => one.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const one of made)
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "REFUSED" });
    const { id } = await json();
    expect(won[0]?.value.id).toBe(id);
    expect(await readdir(at("here/flowg/repositories"))).toEqual([`${id}.json`]);
    expect((await readdir(home)).filter((name) => name.startsWith("id"))).toHaveLength(1);
    expect((await open({ identityFiles: [won[0]?.value.identityFile ?? ""] })).keys.canRead).toBe(
      true,
    );
  });
});

describe("another machine", () => {
  test("gets its own key file with an identity", async () => {
    const made = await init({ identityFile: at("id") });
    const here = await open();
    onMachine("there");
    expect((await failure(open())).code).toBe("IDENTITY_REQUIRED");
    const path = await makeKeyFile(await open({ identityFiles: [at("id")] }));
    expect(path).toBe(at(`there/flowg/repositories/${made.id}.json`));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const there = await open();
    const hash = Buffer.alloc(32, 3);
    expect(there.keys.nameOf(hash)).toBe(here.keys.nameOf(hash));
    const stored = await there.keys.cipher.encrypt(Buffer.from("from there"));
    const signature = there.keys.sign?.(stored, MANIFEST);
    const reader = await open({ identityFiles: [at("id")] });
    reader.keys.demandSigned(stored, signature, MANIFEST);
    const again = await failure(makeKeyFile(reader));
    expect(again.code).toBe("REFUSED");
    const copy = await makeKeyFile(reader, at("copy.json"));
    onMachine("third");
    expect((await open({ keyFiles: [copy] })).keys.canRead).toBe(false);
  });

  test("gets none where nobody vouches for the repository, and writes nothing", async () => {
    const { secret, recipient } = newIdentity();
    const made = await init({ recipients: [recipient] });
    await writeFile(at("bare"), secret, { mode: 0o600 });
    onMachine("there");
    const reader = await open({ identityFiles: [at("bare")] });
    expect(reader.notes.join()).toContain(made.signingKey);
    const error = await failure(makeKeyFile(reader));
    expect(error).toMatchObject({ code: "SIGNATURE_REFUSED" });
    expect(error.hint).toContain(made.signingKey);
    expect((await failure(reader.keys.cipher.encrypt(Buffer.from("x")))).code).toBe(
      "SIGNATURE_REFUSED",
    );
    // what it says of itself is held against it all the same
    expect(() => reader.keys.demandSigned(Buffer.from("x"), undefined, MANIFEST)).toThrow(
      /not signed/,
    );
    const trusting = { identityFiles: [at("bare")], trustedKeys: [made.signingKey ?? ""] };
    const trusted = await open(trusting);
    expect(trusted.notes).toEqual([]);
    await makeKeyFile(trusted);
  });
});

describe("somebody that can write to the place", () => {
  let mallory: Awaited<ReturnType<typeof newIdentity>>;
  beforeAll(async () => {
    mallory = newIdentity();
  });

  /** Each change, and what a server and a reader say. */
  test.each<[string, (file: Record<string, unknown>) => object]>([
    [
      "adds a recipient",
      (file) => ({ ...file, recipients: [...(file.recipients as string[]), mallory.recipient] }),
    ],
    ["replaces the recipients", (file) => ({ ...file, recipients: [mallory.recipient] })],
    ["takes the encryption away", (file) => ({ ...file, encryption: "none", recipients: [] })],
    ["changes the date", (file) => ({ ...file, createdAt: "2020-01-01T00:00:00.000Z" })],
    ["replaces the keys", (file) => ({ ...file, keys: "-----BEGIN AGE ENCRYPTED FILE-----\n" })],
    ["removes the signature", ({ signature: _, ...file }) => file],
    ["adds a field", (file) => ({ ...file, more: true })],
    ["replaces the signing keys", (file) => ({ ...file, signingKeys: [] })],
    ["changes the id", (file) => ({ ...file, id: "6f1d4a1e-6f3c-4c53-9a56-0a8f63b4a001" })],
  ])("%s: the server and the reader refuse it", async (_name, change) => {
    await init({ identityFile: at("id") });
    await forge(change);
    const server = await failure(open());
    expect(["SIGNATURE_REFUSED", "REFUSED"]).toContain(server.code);
    expect(server.hint).toBeTruthy();
    onMachine("there");
    expect((await failure(open({ identityFiles: [at("id")] }))).code).toBe("SIGNATURE_REFUSED");
  });

  test("puts another repository there: refused by name", async () => {
    const made = await init({ identityFile: at("id") });
    for (const readers of [{ recipients: [mallory.recipient] }, {}]) {
      await rm(at("repository"), { recursive: true });
      onMachine("mallory");
      const other = await init(readers, { unencrypted: readers.recipients === undefined });
      onMachine("here");
      const server = await failure(open());
      expect(server).toMatchObject({ code: "REFUSED" });
      expect(server.message).toContain(made.id);
      expect(server.message).toContain(other.id);
      const pinned = await failure(open({ keyFiles: [made.keyFile ?? ""] }));
      expect(pinned).toMatchObject({ code: "REFUSED" });
      expect(pinned.message).toContain(made.id);
      onMachine("there");
      expect((await failure(open({ identityFiles: [at("id")] }))).code).toMatch(
        /SIGNATURE_REFUSED/,
      );
    }
  });

  test("signs an older or other recipient list with the server's own key: the pin says no", async () => {
    const made = await init({ identityFile: at("id") });
    const { newRepositoryFile } = await import("../../server/repository/repository-file.js");
    const { keyFile } = await open();
    const { encryption, keys, signingKeys, id } = await json();
    const recipients = [...made.recipients, mallory.recipient];
    await writeFile(
      FILE(),
      newRepositoryFile({ id, encryption, keys, signingKeys, recipients }, keyFile?.signingKey),
    );
    const error = await failure(open());
    expect(error).toMatchObject({ code: "REFUSED" });
    expect(error.message).toContain(mallory.recipient);
  });

  test("removes repository.json: it is missed by name", async () => {
    const made = await init({ identityFile: at("id") });
    await rm(FILE());
    const error = await failure(open());
    expect(error).toMatchObject({ code: "REPOSITORY_MISSING" });
    expect(error.message).toContain(made.id);
    onMachine("there");
    expect((await failure(open())).message).toContain("there is no repository at");
  });

  test.each([
    ["{", "REPOSITORY_DAMAGED"],
    ["", "REPOSITORY_DAMAGED"],
    ["[]", "REPOSITORY_DAMAGED"],
    ['{"format":"other"}', "REPOSITORY_DAMAGED"],
    ['{"format":"flowg-repository","version":1}', "REPOSITORY_DAMAGED"],
    ['{"format":"flowg-repository","version":2}', "SNAPSHOT_UNSUPPORTED"],
    ['{"format":"flowg-repository","version":"1"}', "REPOSITORY_DAMAGED"],
  ])("writes %s: %s", async (text, code) => {
    await init({ identityFile: at("id") });
    await writeFile(FILE(), text);
    for (const options of [{}, { identityFiles: [at("id")] }, { allowUnsigned: true }]) {
      const error = await failure(open(options));
      expect(error.code).toBe(code);
      expect(error.hint).toBeTruthy();
    }
  });

  test("changes any byte: nothing is believed that was not signed", async () => {
    await init({ identityFile: at("id") });
    const bytes = await readFile(FILE());
    onMachine("there");
    let survived = 0;
    for (let index = 0; index < bytes.length; index += 3) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0x02;
      await writeFile(FILE(), changed);
      const outcome = await open({ identityFiles: [at("id")] }).then(
        ({ file }) => file,
        (error) => error.code as string,
      );
      // white space, and the comment that minisign leaves unsigned
      if (typeof outcome !== "string") survived++;
      else
        expect(["SIGNATURE_REFUSED", "REPOSITORY_DAMAGED", "SNAPSHOT_UNSUPPORTED"]).toContain(
          outcome,
        );
    }
    expect(survived).toBeLessThan(30);
  });
});

describe("keys that don't fit", () => {
  test("with somebody else's identity the error names the recipients", async () => {
    const made = await init({ identityFile: at("id") });
    const { secret } = newIdentity();
    await writeFile(at("other"), secret, { mode: 0o600 });
    for (const machine of ["here", "there"]) {
      onMachine(machine);
      const options = { identityFiles: [at("other")], mustRead: true };
      const error = await failure(open(options));
      expect(error).toMatchObject({ code: "IDENTITY_REQUIRED" });
      expect(error.message).toContain(made.recipients[0]);
      expect(error.message + error.hint).not.toContain(secret);
    }
  });

  test("a machine with neither key file nor identity is told of both: a server needs no identity", async () => {
    const made = await init({ identityFile: at("id") });
    onMachine("there");
    const error = await failure(open());
    expect(error).toMatchObject({ code: "IDENTITY_REQUIRED" });
    expect(error.message).toContain(
      `no key file of it (${at(`there/flowg/repositories/${made.id}.json`)})`,
    );
    expect(error.message).toContain(made.recipients[0]);
    expect(error.hint).toMatch(/^to make backups, .* --repository-key; `flowg repository key`/);
    expect(error.hint).toContain("--identity FILE");
  });

  test("one with neither, where a passphrase opens the repository, is told of that", async () => {
    await init({ passphrase: "correct horse battery" });
    expect((await failure(open({ mustRead: true }))).hint).toContain("--passphrase-file FILE");
    onMachine("there");
    expect((await failure(open())).hint).toContain("--passphrase-file FILE");
  });

  test("a key file that is missing, broken or open to all", async () => {
    const made = await init({ identityFile: at("id") });
    expect((await failure(open({ keyFiles: [at("none")] }))).code).toBe("FILE_UNAVAILABLE");
    const text = await readFile(made.keyFile ?? "", "utf8");
    for (const broken of [
      "",
      "{}",
      text.slice(0, 100),
      text.replace(/"nameKey": "\w/, '"nameKey": "g'),
    ]) {
      await writeFile(at("broken"), broken);
      const error = await failure(open({ keyFiles: [at("broken")] }));
      expect(error.code).toBe("INPUT_INVALID");
      const { nameKey, signingKey } = JSON.parse(text);
      for (const secret of [nameKey, signingKey])
        expect(error.message + error.hint).not.toContain(secret.slice(1, 20));
    }
    await writeFile(at("open"), text, { mode: 0o644 });
    expect((await open({ keyFiles: [at("open")] })).notes.join()).toContain("chmod 600");
    // of several, the one of this repository is taken
    await initRepository({
      place: await place("second"),
      readers: { identityFile: at("id2") },
      keyFile: at("key2"),
    });
    expect((await open({ keyFiles: [at("key2"), made.keyFile ?? ""] })).id).toBe(made.id);
    expect((await failure(open({ keyFiles: [at("key2")] }))).message).toContain(made.id);
  });
});

const missing = missingTools(["age", "minisign", "jq"]);
test.skipIf(missing.length > 0)(
  "stock tools check repository.json, and get its keys out",
  async () => {
    const made = await init({ identityFile: at("id") });
    const sh = (line: string) => execFileSync("bash", ["-ec", line], { cwd: home }).toString();
    sh("jq 'del(.signature)' repository/repository.json > signed");
    sh("jq -r .signature repository/repository.json > signed.minisig");
    expect(
      tool("minisign", ["-Vm", at("signed"), "-P", made.signingKey ?? ""]).toString(),
    ).toContain("object repository.json");
    const keys = JSON.parse(sh("jq -r .keys repository/repository.json | age -d -i id"));
    const key = JSON.parse(await readFile(made.keyFile ?? "", "utf8"));
    expect(keys).toEqual({ nameKey: key.nameKey, signingKey: key.signingKey });
  },
);

// Identity files: age's own format, their comments, and the errors for other files.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateHybridIdentity } from "age-encryption";
import { describe, expect, test } from "vitest";
import {
  identityText,
  newIdentity,
  parseIdentities,
} from "../../../server/repository/keys/identities.js";
import { newSigningKey } from "../../../server/repository/keys/minisign.js";
import {
  decryptWithPassphrase,
  encryptWithPassphrase,
  isAgeFile,
} from "../../../server/repository/keys/passphrase.js";
import { demandRecipient } from "../../../server/repository/keys/recipients.js";
import { missingTools, terminalTool } from "../tools.js";

const missing = missingTools(["age", "script"]);

describe("an identity file", () => {
  test("holds several, with comments, empty lines, and the line ends of Windows", async () => {
    const [one, two] = [newIdentity(), newIdentity()];
    const hybrid = await generateHybridIdentity();
    const text = `\ufeff# mine\r\n\r\n${one.secret}\r\n  ${two.secret}\n#x\n${hybrid}`;
    const { identities, trusted } = await parseIdentities(text, "id");
    expect(identities.slice(0, 2)).toEqual([one, two]);
    expect(identities[2]?.recipient).toMatch(/^age1pq1/);
    expect(trusted).toEqual([]);
  });

  test("as ours is written, says whose signatures to trust", async () => {
    const [identity, key] = [newIdentity(), newSigningKey()];
    const signingKey = key.publicKey.text;
    const text = identityText(identity, { signingKey, repository: "some-id" });
    const found = await parseIdentities(text, "id");
    expect(found.identities).toEqual([identity]);
    expect(found.trusted.map(({ id }) => id)).toEqual([key.publicKey.id]);
  });

  test.each([
    ["", "holds no identity"],
    ["# only a comment\n", "holds no identity"],
    ["AGE-SECRET-KEY-1QQQQ", "line 1: this identity is mistyped or cut short"],
    ["#\nAGE-PLUGIN-YUBIKEY-1QQQ", "line 2: identities of age's plugins"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "line 1: SSH and PEM keys"],
    ["age1qqqq", "line 1: this is a recipient"],
    ["hunter2", "line 1: this isn't an identity"],
    ["# signing key: RWabc\n", "line 1: this isn't a signing key"],
  ])("%j is refused, and never repeated", async (text, message) => {
    const error = await parseIdentities(text, "/etc/id").catch((error) => error);
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect(error.message).toContain(message);
    expect(error.message).toContain("/etc/id");
    expect(error.hint).toBeTruthy();
    if (text.length > 5) expect(error.message + error.hint).not.toContain(text.trim().slice(-6));
  });

  test("with one letter wrong is refused", async () => {
    const { secret } = newIdentity();
    for (const at of [16, 30, secret.length - 1]) {
      const wrong = secret.slice(0, at) + (secret[at] === "Q" ? "P" : "Q") + secret.slice(at + 1);
      await expect(parseIdentities(wrong, "id")).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });
});

describe("a passphrase", () => {
  test("opens what it locked, and nothing else does", async () => {
    const locked = await encryptWithPassphrase("# x\n", "correct horse");
    const file = Buffer.from(locked);
    expect(isAgeFile(file)).toBe(true);
    expect(await decryptWithPassphrase(file, "correct horse", "id")).toBe("# x\n");
    const error = await decryptWithPassphrase(file, "wrong", "/etc/id").catch((error) => error);
    expect(error).toMatchObject({ code: "IDENTITY_REQUIRED" });
    expect(error.message).toBe("the passphrase does not open /etc/id");
    const cut = Buffer.from(locked.slice(0, 200));
    await expect(decryptWithPassphrase(cut, "correct horse", "id")).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  test.skipIf(missing.length > 0)("of Debian's `age -p` opens ours, and ours its", async () => {
    const home = await mkdtemp(join(tmpdir(), "flowg-passphrase-"));
    try {
      const [ours, its] = [join(home, "ours"), join(home, "its")];
      await writeFile(ours, await encryptWithPassphrase("our identity\n", "tr0ub4dor&3"));
      const read = await terminalTool(`age -d '${ours}'`, ["tr0ub4dor&3"]);
      expect(read).toContain("our identity");
      await writeFile(join(home, "plain"), "its identity\n");
      for (const flag of ["", "--armor"]) {
        await rm(its, { force: true });
        const line = `age -p ${flag} -o '${its}' '${join(home, "plain")}'`;
        await terminalTool(line, ["tr0ub4dor&3", "tr0ub4dor&3"]);
        const file = await readFile(its);
        expect(isAgeFile(file)).toBe(true);
        expect(await decryptWithPassphrase(file, "tr0ub4dor&3", "its")).toBe("its identity\n");
      }
    } finally {
      await rm(home, { recursive: true });
    }
  });
});

test("recipients are age's own, whole", async () => {
  const { recipient, secret } = newIdentity();
  await demandRecipient(recipient);
  const wrong = recipient.slice(0, -1) + (recipient.endsWith("q") ? "p" : "q");
  for (const text of [wrong, "age1", "age1yubikey1qqq", "ssh-ed25519 AAAA", "x", `${recipient}q`])
    await expect(demandRecipient(text)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  const error = await demandRecipient(secret).catch((error) => error);
  expect(error.message + error.hint).not.toContain(secret);
  expect(error.hint).toContain("public half");
});

// For whom a repository is encrypted: age's recipients.

import { FlowgError } from "../../platform/errors.js";
import { ageLibrary } from "./age-library.js";
import { FILE_KEY_BYTES, x25519Wrap } from "./x25519.js";

/**
 * X25519 recipients, and post-quantum ones, which other programs read from age 1.3 on.
 * @throws INPUT_INVALID
 */
export async function demandRecipient(recipient: string): Promise<void> {
  if (recipient.toUpperCase().startsWith("AGE-SECRET-KEY-")) {
    throw invalid("this is an identity, which must stay secret", "give its public half: age1…");
  }
  // recipients of plugins have a second 1
  if (!/^age1(pq1)?[02-9ac-hj-np-z]+$/.test(recipient)) {
    throw invalid(`${quoted(recipient)} isn't a recipient of age`, KINDS);
  }
  try {
    const wrap = x25519Wrap(recipient);
    if (wrap) {
      wrap(new Uint8Array(FILE_KEY_BYTES));
      return;
    }
    const { Encrypter } = await ageLibrary();
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    await encrypter.encrypt(new Uint8Array(0));
  } catch {
    throw invalid(`the recipient ${quoted(recipient)} is mistyped or cut short`, KINDS);
  }
}

const KINDS =
  "give age1…, as `age-keygen` and `flowg repository init` print it; not of SSH keys, nor of plugins";

const quoted = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 40)}…` : text);

const invalid = (message: string, hint: string): FlowgError =>
  new FlowgError("INPUT_INVALID", message, { hint });

// The string that an Argon2id hash is stored as: $argon2id$v=19$m=MEMORY,t=PASSES,p=LANES$SALT$KEY, in base64 without
// padding (https://github.com/P-H-C/phc-string-format). `argon2-bounds` bounds what such a string may ask for.

/** Each kind of hash begins with its own word. */
export const ARGON2ID = "$argon2id$";

export interface Argon2String {
  /** KiB. */
  memory: number;
  passes: number;
  lanes: number;
  salt: Buffer;
  key: Buffer;
}

const FORM =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Undefined for any other text. */
export function readArgon2String(text: string): Argon2String | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [memory = 0, passes = 0, lanes = 0] = found.slice(1, 4).map(Number);
  const [saltText = "", keyText = ""] = found.slice(4);
  // no bytes give base64 of such a length
  if (saltText.length % 4 === 1 || keyText.length % 4 === 1) return undefined;
  const [salt, key] = [saltText, keyText].map((part) => Buffer.from(part, "base64"));
  return salt && key && { memory, passes, lanes, salt, key };
}

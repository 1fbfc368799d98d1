// age's armor (C2SP age.md, "ASCII armor"): the file as text, in the strict form of PEM (RFC 7468).

import { base64 } from "@scure/base";

const BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----";
const END = "-----END AGE ENCRYPTED FILE-----";
const LINE = /.{1,64}/g;

export const armored = (file: Uint8Array): string =>
  [BEGIN, ...(base64.encode(file).match(LINE) ?? []), END, ""].join("\n");

/** @throws Error where the text has another form */
export function unarmored(text: string): Uint8Array {
  const [begin, ...lines] = text.trim().split(/\r?\n/);
  const isWhole = begin === BEGIN && lines.pop() === END;
  const last = lines.pop() ?? "";
  const isInForm = lines.every(({ length }) => length === 64) && last.length <= 64 && last !== "";
  if (!isWhole || !isInForm) throw new Error("this is no armored age file");
  return base64.decode(lines.join("") + last);
}

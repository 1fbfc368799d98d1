// Gets the password that a command sets: from a flag, from stdin, or by asking.

import { CliError } from "../../../failure.js";
import type { Input } from "../../../input/input.js";

export const passwordFlags = {
  password: { type: "string", description: "the password", valueHint: "TEXT", secret: true },
  "password-stdin": { type: "boolean", description: "read the password from stdin" },
} as const;

export interface PasswordValues {
  password?: string | undefined;
  "password-stdin": boolean;
}

/** @throws USAGE where the password is given twice, or there is no terminal to ask at */
export function demandPassword(
  { password, "password-stdin": fromStdin }: PasswordValues,
  input: Input,
): void {
  if (password !== undefined && fromStdin) {
    throw new CliError("USAGE", "--password and --password-stdin exclude each other");
  }
  if (password === undefined && !fromStdin && !input.interactive) {
    throw new CliError(
      "USAGE",
      "the password is missing, and there is no terminal to ask at",
      "use --password-stdin or --password",
    );
  }
}

export async function passwordOf(
  { password, "password-stdin": fromStdin }: PasswordValues,
  { input, name }: { input: Input; name: string },
): Promise<string> {
  if (password !== undefined) return password;
  return fromStdin
    ? await input.passwordFromStdin()
    : await input.newPassword(`Password for ${name}`);
}

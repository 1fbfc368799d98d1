// `flowg completion`

import { unknown } from "../check-words.js";
import { defineCommand } from "../command.js";
import { bash } from "../completion/bash.js";
import { fish } from "../completion/fish.js";
import { NAME_KINDS, type NameKind, shellValues } from "../completion/values.js";
import { words } from "../completion/words.js";
import { zsh } from "../completion/zsh.js";
import { CliError } from "../failure.js";
import { serverOnly } from "../flags.js";
import { root } from "../root.js";

const SHELLS = { bash, zsh, fish } as const;

export const completion = defineCommand({
  description: "Print a script that completes the commands, flags and values of flowg in a shell",
  details:
    "bash: `source <(flowg completion bash)` in ~/.bashrc. zsh: the same with zsh, in ~/.zshrc after compinit. " +
    "fish: `flowg completion fish > ~/.config/fish/completions/flowg.fish`. " +
    "Names of streams, users and so on come from the named server, or the one that you logged in to. If it does not answer at once, none are offered.",
  examples: [
    { command: "source <(flowg completion bash)", does: "for this shell" },
    {
      command: "flowg completion fish > ~/.config/fish/completions/flowg.fish",
      does: "for every fish",
    },
  ],
  args: {
    shell: {
      type: "positional",
      required: false,
      description: "bash, zsh or fish",
      completes: shellValues,
    },
    names: {
      type: "string",
      description: "print these names of a server instead, for the scripts: streams, users, …",
      valueHint: "KIND",
      completes: { words: NAME_KINDS },
    },
    "named-server": {
      type: "boolean",
      description:
        "with --names: only of a server that --url or FLOWG_URL names, not of the one that you logged in to",
    },
    ...serverOnly,
  },
  async run({ args, origins, output }) {
    const { shell, names: kind } = args;
    if (kind !== undefined) {
      const names = await namesOf(kind, { args, origins, output });
      return { json: { names }, text: names.join("\n"), essential: true };
    }
    if (shell === undefined)
      throw new CliError("USAGE", "the shell is missing", "write bash, zsh or fish");
    if (!Object.hasOwn(SHELLS, shell)) throw unknown("shell", shell, Object.keys(SHELLS));
    const text = SHELLS[shell as keyof typeof SHELLS](await words(root));
    return { json: { script: text }, text, essential: true };
  },
});

async function namesOf(
  kind: string,
  asking: Parameters<typeof import("../connect.js")["connectTo"]>[0] & {
    args: { "named-server"?: boolean | undefined };
  },
): Promise<string[]> {
  if (!(NAME_KINDS as readonly string[]).includes(kind))
    throw unknown("kind of names", kind, NAME_KINDS);
  if (asking.args["named-server"] && asking.args.url === undefined) return [];
  const [{ connectTo }, { completedNames }] = await Promise.all([
    import("../connect.js"),
    import("../completion/names.js"),
  ]);
  return await completedNames(kind as NameKind, await connectTo(asking));
}

// `flowg completion`

import { unknown } from "../check-words.js";
import { defineCommand } from "../command.js";
import { bash } from "../completion/bash.js";
import { fish } from "../completion/fish.js";
import { words } from "../completion/words.js";
import { zsh } from "../completion/zsh.js";
import { root } from "../root.js";

const SHELLS = { bash, zsh, fish } as const;

export const completion = defineCommand({
  description: "Print what makes a shell complete the commands and flags of flowg",
  details:
    "bash: `source <(flowg completion bash)` in ~/.bashrc. zsh: the same with zsh, in ~/.zshrc after compinit. " +
    "fish: `flowg completion fish > ~/.config/fish/completions/flowg.fish`.",
  examples: [
    { command: "source <(flowg completion bash)", does: "for this shell" },
    {
      command: "flowg completion fish > ~/.config/fish/completions/flowg.fish",
      does: "for every fish",
    },
  ],
  args: { shell: { type: "positional", description: "bash, zsh or fish" } },
  async run({ args: { shell } }) {
    if (!(shell in SHELLS)) throw unknown("shell", shell, Object.keys(SHELLS));
    const text = SHELLS[shell as keyof typeof SHELLS](await words(root));
    return { json: { script: text }, text, essential: true };
  },
});

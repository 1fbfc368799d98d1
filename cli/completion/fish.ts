// The completion script for fish: one line for each word, with the place where it may stand.

import type { FlagWord, Place } from "./words.js";

export function fish(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const lines = places.flatMap(({ path, commands, flags, takesFile }) => {
    const at = `complete -c flowg -n ${quoted(`__flowg_at ${quoted(path)}`)}`;
    return [
      ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
      ...flags.map((flag) => `${at}${flagPart(flag)} -d ${quoted(flag.description)}`),
      ...(takesFile ? [`${at} -F`] : []),
    ];
  });
  return `# fish completion for flowg: flowg completion fish > ~/.config/fish/completions/flowg.fish
function __flowg_at
    set -l place
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$place $word")
        contains -- "$next" ${paths.join(" ")}; and set place $next
    end
    test "$place" = "$argv[1]"
end
complete -c flowg -f
${lines.join("\n")}`;
}

function flagPart({ name, takesPath, takesValue }: FlagWord): string {
  const value = takesPath ? " -r -F" : takesValue ? " -x" : "";
  return ` -l ${name.slice(2)}${value}`;
}

const quoted = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

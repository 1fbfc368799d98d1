// The completion script for fish: one line for each word, with the place where it may stand.

import type { Values } from "./values.js";
import type { FlagWord, Place } from "./words.js";

export function fish(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const lines = places.flatMap((place) => {
    const { path, commands, flags, takesFile, values } = place;
    const at = `complete -c flowg -n ${quoted(`__flowg_at ${quoted(path)}`)}`;
    return [
      ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
      ...flags.map((flag) => `${at}${flagPart(flag, place)} -d ${quoted(flag.description)}`),
      ...(values ? [`${at} -a ${quoted(offer(values, place))}`] : []),
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
# Several with commas between: those that are not there yet.
function __flowg_list
    set -l typed (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    set -l head (string match -r '.*,' -- $typed)
    for word in $argv
        contains -- $word (string split , -- "$head"); or echo -- "$head$word"
    end
end
# What the server has.
function __flowg_names
    set -l words (commandline -opc)
    set -l to --names $argv
    for at in (seq (count $words))
        switch $words[$at]
            case --url --token-file --ca
                test $at -lt (count $words); and set -a to $words[$at] $words[(math $at + 1)]
            case '--url=*' '--token-file=*' '--ca=*' --insecure
                set -a to $words[$at]
        end
    end
    flowg completion $to </dev/null 2>/dev/null
end
complete -c flowg -f
${lines.join("\n")}`;
}

function flagPart({ name, takesPath, takesValue, values }: FlagWord, place: Place): string {
  const offered = values ? ` -x -a ${quoted(offer(values, place))}` : " -x";
  const value = takesPath ? " -r -F" : takesValue ? offered : "";
  return ` -l ${name.slice(2)}${value}`;
}

/** The call that gives these values. */
function offer(values: Values, { isLocal }: Place): string {
  if ("names" in values)
    return `(__flowg_names ${values.names}${isLocal ? " --named-server" : ""})`;
  return values.isList ? `(__flowg_list ${values.words.join(" ")})` : values.words.join(" ");
}

const quoted = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

// The completion script for zsh: one `case` over the words so far, with descriptions.

import type { Place } from "./words.js";

export function zsh(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map(({ path, commands, flags, takesFile }) => {
    const items = [...commands, ...flags].map(
      ({ name, description }) => `      ${quoted(`${name}:${description.replaceAll(":", "\\:")}`)}`,
    );
    return `    "${path}")\n${takesFile ? "      files=1\n" : ""}      items=(\n${items.join("\n")}\n      ) ;;`;
  });
  const flags = places.flatMap((place) => place.flags);
  const names = (wanted: typeof flags) => [...new Set(wanted.map(({ name }) => name))].join("|");
  return `#compdef flowg
# zsh completion for flowg: source <(flowg completion zsh)
_flowg() {
  local current_path= word files=
  local -a items
  case $words[CURRENT-1] in
    ${names(flags.filter(({ takesPath }) => takesPath))}) _files; return ;;
    ${names(flags.filter(({ takesValue, takesPath }) => takesValue && !takesPath))}) return ;;
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${current_path:+$current_path }$word" in
      ${paths.join("|")}) current_path="\${current_path:+$current_path }$word" ;;
    esac
  done
  case $current_path in
${cases.join("\n")}
  esac
  _describe 'flowg' items
  if [[ -n $files ]]; then _files; fi
}
compdef _flowg flowg`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

// The completion script for zsh: one `case` over the words so far, with descriptions.

import type { Values } from "./values.js";
import type { Place } from "./words.js";

export function zsh(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map((place) => {
    const { path, commands, flags, takesFile, values } = place;
    const items = [...commands, ...flags].map(
      ({ name, description }) => `      ${quoted(`${name}:${description.replaceAll(":", "\\:")}`)}`,
    );
    const offered = values ? `      ${offer(values, place)}\n` : "";
    return `    "${path}")\n${takesFile ? "      files=1\n" : ""}${offered}      items=(\n${items.join("\n")}\n      ) ;;`;
  });
  const flags = places.flatMap((place) => place.flags);
  const known = places.flatMap((place) =>
    place.flags.flatMap(({ name, values }) =>
      values ? [`    "${place.path} ${name}") ${offer(values, place)}; return ;;`] : [],
    ),
  );
  const names = (wanted: typeof flags) => [...new Set(wanted.map(({ name }) => name))].join("|");
  return `#compdef flowg
# zsh completion for flowg: source <(flowg completion zsh)
_flowg() {
  local current_path= word files= previous=$words[CURRENT-1]
  local -a items
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${current_path:+$current_path }$word" in
      ${paths.join("|")}) current_path="\${current_path:+$current_path }$word" ;;
    esac
  done
  case "$current_path $previous" in
${known.join("\n")}
  esac
  case $previous in
    ${names(flags.filter(({ takesPath }) => takesPath))}) _files; return ;;
    ${names(flags.filter(({ takesValue, takesPath }) => takesValue && !takesPath))}) return ;;
  esac
  case $current_path in
${cases.join("\n")}
  esac
  _describe 'flowg' items
  if [[ -n $files ]]; then _files; fi
}
# Several with commas between: those that are not there yet.
_flowg_list() {
  local -a there=(\${(s:,:)PREFIX%,*})
  [[ $PREFIX == *,* ]] || there=()
  compset -P '*,'
  compadd -S '' -- \${@:|there}
}
# What the server has.
_flowg_names() {
  local -a to=(--names "$@") names
  local at
  for ((at = 2; at < CURRENT; at++)); do
    case $words[at] in
      --url|--token-file|--ca) to+=("$words[at]" "\${(Q)words[at+1]}") ;;
      --url=*|--token-file=*|--ca=*) to+=("\${(Q)words[at]}") ;;
      --insecure) to+=(--insecure) ;;
    esac
  done
  names=(\${(f)"$(flowg completion "\${to[@]}" </dev/null 2>/dev/null)"})
  compadd -a names
}
compdef _flowg flowg`;
}

/** The call that offers these values. */
function offer(values: Values, { isLocal }: Place): string {
  if ("names" in values) return `_flowg_names ${values.names}${isLocal ? " --named-server" : ""}`;
  return `${values.isList ? "_flowg_list" : "compadd --"} ${values.words.join(" ")}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

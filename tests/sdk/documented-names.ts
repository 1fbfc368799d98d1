// Every name that `flowg/sdk` exports, and every member of what it exports, with what its docstring says: read from
// the declarations that users get.

import ts from "typescript";

export interface DocumentedName {
  /** `Backup.toFile`. */
  name: string;
  /** Without its tags. */
  text: string;
  /** The code of each `@example`. */
  examples: string[];
}

/** @param index the declarations of `flowg/sdk` */
export function documentedNames(index: string): DocumentedName[] {
  const program = ts.createProgram([index], {
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${index} exports nothing: build first`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    const members = [...(symbol.members?.values() ?? [])].filter(isPublic);
    return [
      documented(exported.name, symbol),
      ...members.map((member) => documented(`${exported.name}.${member.name}`, member)),
    ];
  });
}

/** Constructors and type parameters are no names that anybody looks up. */
function isPublic({ flags }: ts.Symbol): boolean {
  return (
    (flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0
  );
}

function documented(name: string, symbol: ts.Symbol): DocumentedName {
  const tags = (symbol.declarations ?? []).flatMap((declaration) => ts.getJSDocTags(declaration));
  return {
    name,
    text: ts.displayPartsToString(symbol.getDocumentationComment(undefined)).trim(),
    examples: tags
      .filter((tag) => tag.tagName.text === "example")
      // without the marks of Markdown around it
      .map((tag) =>
        (ts.getTextOfJSDocComment(tag.comment) ?? "").trim().replace(/^`(.*)`$/s, "$1"),
      ),
  };
}

/**
 * The JSON half of the language: completion, schema hovers, folding, outline and formatting by Microsoft's JSON language
 * service with the schema of the format. Loaded on first need; it knows nothing of VS Code's API objects, only of LSP's plain data.
 */
import * as l10n from '@vscode/l10n';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import type { CompletionList, DocumentSymbol, FoldingRange, FormattingOptions, Hover, JSONDocument, JSONSchema, Range, SelectionRange, TextEdit } from 'vscode-json-languageservice';
import { jsonSchema } from '../../format/jsonSchema';
import * as wording from '../../wording/optimizers';

export interface SourceText {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

export interface JsonService {
  complete(source: SourceText, offset: number): Promise<CompletionList | null>;
  hover(source: SourceText, offset: number): Promise<Hover | null>;
  symbols(source: SourceText): DocumentSymbol[];
  folding(source: SourceText): FoldingRange[];
  selections(source: SourceText, offsets: readonly number[]): SelectionRange[];
  format(source: SourceText, range: Range | undefined, options: FormattingOptions): TextEdit[];
}

/** @param texts the window's translations, for the descriptions in the schema. */
export function createJsonService(texts?: l10n.l10nJsonFormat): JsonService {
  // A file of its own beside the extension's has its own copy of the texts.
  if (texts) l10n.config({ contents: texts });
  const service = getLanguageService({
    clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } }, hover: { contentFormat: ['markdown', 'plaintext'] } } },
  });
  service.configure({ allowComments: true, schemas: [{ uri: 'gdexp:schema', fileMatch: ['*'], schema: jsonSchema(wording) as JSONSchema }] });

  let last: { uri: string; version: number; document: TextDocument; json: JSONDocument } | null = null;
  const parsed = (source: SourceText) => {
    if (!last || last.uri !== source.uri || last.version !== source.version) {
      const document = TextDocument.create(source.uri, 'jsonc', source.version, source.text);
      last = { uri: source.uri, version: source.version, document, json: service.parseJSONDocument(document) };
    }
    return last;
  };

  return {
    complete: async (source, offset) => {
      const { document, json } = parsed(source);
      return service.doComplete(document, document.positionAt(offset), json);
    },
    hover: async (source, offset) => {
      const { document, json } = parsed(source);
      return service.doHover(document, document.positionAt(offset), json);
    },
    symbols: (source) => {
      const { document, json } = parsed(source);
      return service.findDocumentSymbols2(document, json, { resultLimit: 5000 });
    },
    folding: (source) => service.getFoldingRanges(parsed(source).document, { rangeLimit: 5000 }),
    selections: (source, offsets) => {
      const { document, json } = parsed(source);
      return service.getSelectionRanges(document, offsets.map((offset) => document.positionAt(offset)), json);
    },
    format: (source, range, options) => service.format(parsed(source).document, range, options),
  };
}

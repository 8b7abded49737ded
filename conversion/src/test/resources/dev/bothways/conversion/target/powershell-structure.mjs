// Prints the types of all nodes of a PowerShell script, a line each, and fails where its grammar finds an error.
// node THIS FOLDER SCRIPT, where FOLDER has the npm packages web-tree-sitter and tree-sitter-powershell
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, script] = process.argv.slice(2);
const require = createRequire(folder + '/');
const { Parser, Language } = await import(pathToFileURL(require.resolve('web-tree-sitter')));
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(folder + '/node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm'));
const tree = parser.parse(readFileSync(script, 'utf8').replace(/^\ufeff/, ''));
const lines = [];
let wrong = '';
(function walk(node, depth) {
    lines.push(' '.repeat(depth) + node.type);
    if ((node.isError || node.isMissing) && !wrong) {
        wrong = `line ${node.startPosition.row + 1}: ${node.text.slice(0, 200)}`;
    }
    node.children.forEach(child => walk(child, depth + 1));
})(tree.rootNode, 0);
if (wrong || tree.rootNode.hasError) {
    console.log('syntax error, ' + wrong);
    process.exit(1);
}
console.log(lines.join('\n'));

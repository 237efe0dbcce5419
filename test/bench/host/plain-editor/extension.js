const vscode = require('vscode');

const SCRIPT = "requestAnimationFrame(() => { document.body.append(Object.assign(document.createElement('p'), { id: 'plain', textContent: 'one line' })); });";

exports.activate = ({ subscriptions }) => {
  subscriptions.push(vscode.window.registerCustomEditorProvider('bench.plain', {
    resolveCustomTextEditor: (document, { webview }) => {
      webview.options = { enableScripts: true };
      webview.html = `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><script>${SCRIPT}</script></body></html>`;
    },
  }));
};

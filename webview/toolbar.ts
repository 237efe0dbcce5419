import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { styled } from './elements/styled';
import { icon, iconButton } from './elements/icon';
import { term } from './elements/term';
import { LabElement } from './elements/labElement';
import './elements/menuButton';
import './elements/valueField';
import { formatNumber } from './numbers';
import type { Change } from './state/types';

/** Run, stop, seed, progress, export: always visible. */
@customElement('gdexp-toolbar')
export class Toolbar extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'progress', 'runs'];

  override render(): TemplateResult | typeof nothing {
    const { store } = this;
    const document = store.document;
    if (!document) return nothing;
    const { running, fraction, text } = store.progress;
    const runnable = document.valid && document.refusal === null && !document.empty;
    const hasRuns = store.runs.length > 0;
    return html`<header class="toolbar">
      <h1 class="title" title=${document.fileName}>${document.title}</h1>
      <vscode-button class="run-all" ?disabled=${!runnable || running} @click=${() => store.send({ type: 'run', seriesKeys: null })}>${icon('run-all')}<span>${l10n.t('Run all')}</span></vscode-button>
      ${iconButton({ icon: 'debug-stop', label: l10n.t('Stop the runs'), disabled: !running, className: 'stop', click: () => store.send({ type: 'cancel' }) })}
      <span class="toolbar-rule" aria-hidden="true"></span>
      <span class="seed">${term('seed', l10n.t('Seed'))}
        <gdexp-value kind="integer" .minimum=${0} .value=${document.seed} .label=${l10n.t('Seed')} ?disabled=${!document.editable || !document.valid} @commit=${(event: CustomEvent<number>) => store.edit([{ path: '/seed', value: event.detail }])}></gdexp-value>
        ${iconButton({ icon: 'refresh', label: l10n.t('Another seed'), disabled: !document.editable || !document.valid, click: () => store.edit([{ path: '/seed', value: anotherSeed(document.seed) }]) })}</span>
      <span class="progress ${running ? 'is-running' : ''}">
        ${running || hasRuns ? html`<span class="progress-bar" role="progressbar" aria-label=${l10n.t('Progress of the runs')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(fraction * 100)} aria-valuetext=${text || nothing}>
          <span class="progress-fill" ${styled({ '--fraction': String(running ? fraction : 1) })}></span></span>` : nothing}
        ${!running && hasRuns && text ? (store.runs.some((run) => run.status === 'failed') ? icon('error', 'progress-done is-error') : icon('check', 'progress-done')) : nothing}
        <span class="progress-text" title=${text}>${text}</span>
      </span>
      <span class="toolbar-end">
        <gdexp-menu icon="export" label=${l10n.t('Export')} ?disabled=${!hasRuns && !document.valid} .items=${[
          { label: l10n.t('Results as CSV…'), icon: 'table', disabled: !hasRuns, run: () => store.send({ type: 'export', format: 'csv' as const }) },
          { label: l10n.t('Results as JSON…'), icon: 'json', disabled: !hasRuns, run: () => store.send({ type: 'export', format: 'json' as const }) },
          { label: l10n.t('Open pictures as PNG…'), icon: 'file-media', disabled: !hasRuns, run: () => this.dispatchEvent(new CustomEvent('export-image', { bubbles: true })) },
          { label: l10n.t('Script for PyTorch…'), icon: 'file-code', separator: true, disabled: !document.valid, run: () => store.send({ type: 'export', format: 'pytorch' as const }) },
          { label: l10n.t('Script for Keras…'), icon: 'file-code', disabled: !document.valid, run: () => store.send({ type: 'export', format: 'keras' as const }) },
          ...(hasRuns && document.kind === 'model' ? [{ label: l10n.t('Trained weights as NPZ…'), icon: 'file-binary', run: () => store.send({ type: 'export', format: 'npz' as const }) }] : []),
        ]}></gdexp-menu>
        <gdexp-menu icon="ellipsis" label=${l10n.t('More actions')} .items=${[
          { label: l10n.t('Open source to the side'), icon: 'go-to-file', run: () => store.send({ type: 'openSource' }) },
          { label: l10n.t('Check the gradient'), icon: 'beaker', disabled: !document.objective || document.objective.starts.length === 0, run: () => void this.checkGradient() },
          { label: l10n.t('Show the log'), icon: 'output', separator: true, run: () => store.send({ type: 'showLog' }) },
        ]}></gdexp-menu>
      </span>
    </header>`;
  }

  /** Compares the analytic gradient with central differences at the start, and says how well they agree. */
  private async checkGradient(): Promise<void> {
    const start = this.store.document!.objective!.starts[0];
    let message: string;
    try {
      const result = await this.store.gradientCheck(null, start);
      const name = this.store.document!.objective!.variables[result.parameter] ?? String(result.parameter);
      message = result.worst < 1e-6
        ? l10n.t('The gradient at the start agrees with central differences: worst relative error {0}, in {1}.', formatNumber(result.worst), name)
        : l10n.t('The gradient at the start differs from central differences by {0} in {1}: {2} against {3}. The function may have a kink there.', formatNumber(result.worst), name, formatNumber(result.analytic), formatNumber(result.difference));
    } catch (error) {
      message = l10n.t('The gradient could not be checked: {0}', (error as Error).message);
    }
    this.dispatchEvent(new CustomEvent('announce', { bubbles: true, detail: message }));
  }
}

function anotherSeed(seed: number): number {
  const next = Math.floor(Math.random() * 10_000);
  return next === seed ? next + 1 : next;
}

import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LabGhost } from '../src/protocol/lab';
import { curveProblem, fileStem, ghostIndex, ghostName, isSameRun, pathProblem } from './charts/ghosts';
import { icon, iconButton } from './elements/icon';
import { LabElement } from './elements/labElement';
import { ghostSwatch } from './elements/swatch';
import { formatNumber } from './numbers';
import type { PageStore } from './state/store';
import type { Change } from './state/types';

/** The pinned runs, above the pictures that show them: what each is, where it is drawn, and the way to be rid of it. */
@customElement('gdexp-ghosts')
export class Ghosts extends LabElement {
  protected readonly listensTo: readonly Change[] = ['ghosts', 'document', 'runs', 'visibility', 'theme'];

  override render(): TemplateResult | typeof nothing {
    const { store } = this;
    if (store.ghosts.length === 0) return nothing;
    return html`<section class="ghosts" aria-label=${l10n.t('Ghosts: pinned runs')}>
      <h2 class="ghosts-title">${icon('pinned')} ${l10n.t('Ghosts')}</h2>
      ${iconButton({ icon: 'clear-all', label: l10n.t('Remove All Ghosts'), className: 'ghosts-clear', click: () => this.unpin(null) })}
      <ul class="ghost-list">${repeat(store.ghosts, (ghost) => ghost.id, (ghost, slot) => this.chip(ghost, slot))}</ul>
    </section>`;
  }

  private chip(ghost: LabGhost, slot: number): TemplateResult {
    const { store } = this;
    const { run, rate, file } = ghost;
    const hidden = store.hiddenGhosts.has(ghost.id);
    const note = noteOf(store, ghost);
    const end = run.verdict?.title ?? run.statusText;
    const about = [
      l10n.t('{0}, pinned run of {1}', run.variant === null ? run.label : `${run.label} · ${run.variant}`, file), rate === null ? '' : l10n.t('learning rate {0}', formatNumber(rate)), l10n.t('loss {0}', formatNumber(run.loss)), end, note,
      ghost.kept ? '' : l10n.t('not in the history: gone when the window is closed'),
    ].filter((part) => part !== '').join(', ');
    return html`<li class="ghost-chip ${hidden ? 'is-hidden' : ''}">
      <button type="button" class="ghost-face" aria-pressed=${String(!hidden)} aria-label=${about} title=${`${about}\n${l10n.t('Click hides or shows it')}`} @click=${() => store.toggleGhost(ghost.id)}>
        ${ghostSwatch(ghostIndex(store, ghost), slot)}<span class="ghost-name">${ghostName({ ...ghost, rate: null, here: true })}</span>
        ${rate === null ? nothing : html`<span class="ghost-rate">lr ${formatNumber(rate)}</span>`}<span class="ghost-loss">${l10n.t('loss')} <b>${formatNumber(run.loss)}</b></span>
        ${ghost.here ? nothing : html`<span class="ghost-file">${fileStem(file)}</span>`}${note === '' ? nothing : html`<span class="ghost-note">${note}</span>`}</button>
      ${iconButton({ icon: 'close', label: l10n.t('Remove the ghost {0}', ghostName(ghost)), className: 'ghost-remove', click: () => this.unpin(ghost) })}
    </li>`;
  }

  /** The focus goes to the next ghost, or to what stands above: whoever removes by the keyboard must not lose their place. */
  private unpin(ghost: LabGhost | null): void {
    const place = ghost ? this.store.ghosts.indexOf(ghost) : -1;
    const end = this.store.subscribe((change) => {
      if (change !== 'ghosts') return;
      end();
      void this.updateComplete.then(() => {
        const buttons = [...this.querySelectorAll<HTMLElement>('.ghost-remove')];
        const next = buttons[Math.min(Math.max(0, place), buttons.length - 1)] ?? this.closest('gdexp-lab')?.querySelector<HTMLElement>('.tab[tabindex="0"]');
        next?.focus();
      });
    });
    this.store.send({ type: 'unpin', ghost: ghost?.id ?? null });
  }
}

/** Where a ghost is not drawn, and why; "" where it is everywhere. */
function noteOf(store: PageStore, ghost: LabGhost): string {
  if (store.visibleRuns.some((run) => isSameRun(ghost, run))) return l10n.t('the result shown now');
  const curve = curveProblem(store, ghost);
  if (curve !== null) return curve;
  const objectives = store.document?.objectives ?? [];
  if (objectives.length === 0 || objectives.some(({ surface }) => pathProblem(ghost, surface) === null)) return '';
  return pathProblem(ghost, objectives[0].surface) ?? '';
}

/** Which pictures there are, and where each of them has something to show. */
import type { LabDocument } from '../../src/protocol/lab';
import type { PanelName } from './types';

/** In the order of their tabs. */
export const PANELS: readonly PanelName[] = ['landscape', 'convergence', 'gradients', 'model', 'data', 'sweep', 'trust'];

const PANEL_TAGS: Readonly<Record<PanelName, string>> = {
  landscape: 'gdexp-landscape', convergence: 'gdexp-convergence', gradients: 'gdexp-gradients',
  model: 'gdexp-model', data: 'gdexp-data', sweep: 'gdexp-sweep', trust: 'gdexp-trust',
};

export function isPanel(name: unknown): name is PanelName {
  return (PANELS as readonly unknown[]).includes(name);
}

/** The element that shows a picture: the landscape of a network is another one than that of a formula. */
export function panelTag(panel: PanelName, document: LabDocument | null): string {
  return panel === 'landscape' && document?.kind === 'model' ? 'gdexp-network-landscape' : PANEL_TAGS[panel];
}

/** Whether a picture has something to say of this document. */
function applies(panel: PanelName, document: LabDocument): boolean {
  switch (panel) {
    case 'landscape':
    case 'convergence':
    case 'gradients': return true;
    case 'model':
    case 'data': return document.kind === 'model';
    case 'sweep': return document.sweep !== null;
    case 'trust': return document.models.some((model) => model.folds > 0 || model.bootstrapRounds > 0 || model.boosting !== null);
  }
}

/** The pictures with a tab, in their order. Those beyond the first three are there only once their element is. */
export function panelsOf(document: LabDocument | null): readonly PanelName[] {
  return PANELS.filter((panel, index) => (document === null ? index < 3 : applies(panel, document) && (index < 3 || customElements.get(PANEL_TAGS[panel]) !== undefined)));
}

/** The two that stand open until a person opens others; the later one is shown where there is room for one. */
export function usualPanels(document: LabDocument | null): readonly PanelName[] {
  const there = panelsOf(document);
  if (there.includes('sweep')) return ['convergence', 'sweep'];
  return there.includes('data') ? ['data', 'convergence'] : ['convergence', 'landscape'];
}

import type { ComparePageMessage } from '../../src/protocol/compare';
import type { Explanation } from '../../src/protocol/lab';
import type { Explainer } from '../elements/explanation';

interface Asked {
  readonly resolve: (explanations: readonly Explanation[]) => void;
  readonly reject: (error: Error) => void;
}

/** What the page asks of the host about its words, and the host's answers. */
export class Questions implements Explainer {
  private readonly asked = new Map<number, Asked>();
  private last = 0;

  constructor(private readonly post: (message: ComparePageMessage) => void) {}

  explain(terms: readonly string[]): Promise<readonly Explanation[]> {
    const request = ++this.last;
    return new Promise((resolve, reject) => {
      this.asked.set(request, { resolve, reject });
      this.post({ type: 'explain', request, terms });
    });
  }

  send(message: Parameters<Explainer['send']>[0]): void {
    this.post(message);
  }

  answer(request: number, explanations: readonly Explanation[], problem: string | null): void {
    const asked = this.asked.get(request);
    this.asked.delete(request);
    if (problem === null) asked?.resolve(explanations);
    else asked?.reject(new Error(problem));
  }
}

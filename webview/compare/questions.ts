import type { ComparePageMessage } from '../../src/protocol/compare';
import type { Explanation } from '../../src/protocol/lab';
import type { Explainer } from '../elements/explanation';
import { Replies } from '../state/replies';

/** What the page asks of the host about its words, and the host's answers. */
export class Questions implements Explainer {
  private readonly replies = new Replies<readonly Explanation[]>();

  constructor(private readonly post: (message: ComparePageMessage) => void) {}

  explain(terms: readonly string[]): Promise<readonly Explanation[]> {
    return this.replies.ask((request) => this.post({ type: 'explain', request, terms }));
  }

  send(message: Parameters<Explainer['send']>[0]): void {
    this.post(message);
  }

  answer(request: number, explanations: readonly Explanation[], problem: string | null): void {
    this.replies.settle(request, problem === null ? explanations : new Error(problem));
  }
}

import type { Typeset } from './host';

export interface TypesetRequest {
  readonly id: number;
  readonly latex: readonly string[];
  readonly color: string;
  readonly size: number;
}

export interface TypesetReply {
  readonly id: number;
  readonly images: readonly (string | null)[];
}

/** A hover that has waited this long is shown with its formulas as text. */
const PATIENCE = 10_000;

/** Formulas drawn in a web worker of their own, which is started by the first that is asked for. */
export class TypesetWorker {
  private worker: Promise<Worker> | undefined;
  private readonly pending = new Map<number, (images: TypesetReply['images'] | null) => void>();
  private nextId = 1;
  private disposed = false;

  /** @param script gives the URL of the worker's script. */
  constructor(private readonly script: () => Promise<string>) {}

  readonly typeset: Typeset = async (latex, color, size) => {
    const none = latex.map(() => null);
    if (this.disposed) return none;
    try {
      const worker = await (this.worker ??= this.start());
      return (await this.ask(worker, { id: this.nextId++, latex, color, size })) ?? none;
    } catch {
      this.drop();
      return none;
    }
  };

  dispose(): void {
    this.disposed = true;
    this.drop();
  }

  private ask(worker: Worker, request: TypesetRequest): Promise<TypesetReply['images'] | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.drop(), PATIENCE);
      this.pending.set(request.id, (images) => {
        clearTimeout(timer);
        this.pending.delete(request.id);
        resolve(images);
      });
      worker.postMessage(request);
    });
  }

  private async start(): Promise<Worker> {
    const worker = new Worker(await this.script(), { name: 'GDExp formulas' });
    worker.onmessage = ({ data }: MessageEvent<TypesetReply>) => this.pending.get(data.id)?.(data.images);
    worker.onerror = () => this.drop();
    worker.onmessageerror = () => this.drop();
    return worker;
  }

  /** Ends the worker; what was asked of it stays undrawn, and the next hover starts another. */
  private drop(): void {
    const { worker } = this;
    this.worker = undefined;
    void worker?.then((started) => started.terminate(), () => undefined);
    for (const answer of [...this.pending.values()]) answer(null);
  }
}
